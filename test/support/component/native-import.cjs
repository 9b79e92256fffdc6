// Loads a module as Node does. The tests' own `import` goes through vite, which takes long over what jco writes.
module.exports = (url) => import(url);
