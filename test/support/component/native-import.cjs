// Loads a module with Node's own `import`. That of tests is processed by Vite, which is slow for jco's large modules.
module.exports = (url) => import(url);
