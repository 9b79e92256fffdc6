/**
 * Returns the modules that Node's option `--import` preloads, such as a TypeScript loader. Node also preloads them in
 * workers, but not in workers that are started from source text. Such a worker must import them itself.
 *
 * @param execArgv - the Node options of the process or worker.
 * @param nodeOptions - the environment variable `NODE_OPTIONS`.
 * @returns the specifiers, in order, to be resolved from the working directory.
 */
export function preloadedModules(
  execArgv: readonly string[],
  nodeOptions = "",
): string[] {
  // Split at whitespace outside of quotation marks.
  const words = nodeOptions.match(/(?:[^\s"]|"(?:\\.|[^"\\])*")+/g) ?? [];
  const all = [
    ...words.map((word) =>
      word.replaceAll(/"((?:\\.|[^"\\])*)"/g, (_, text: string) =>
        text.replaceAll(/\\(.)/g, "$1"),
      ),
    ),
    ...execArgv,
  ];
  return all.flatMap((word, index) => {
    if (word === "--import") return all.slice(index + 1, index + 2);
    return word.startsWith("--import=") ? [word.slice("--import=".length)] : [];
  });
}
