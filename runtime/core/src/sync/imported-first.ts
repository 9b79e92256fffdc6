/**
 * What Node's option `--import` has imported before a program starts, such as what lets it run TypeScript. Node does so in workers as well, but not
 * in those that are handed over as texts; there it is left to the text.
 *
 * @param execArgv - the options of the process or worker.
 * @param nodeOptions - the variable `NODE_OPTIONS`.
 * @returns the specifiers, to be imported from the working directory, in order.
 */
export function importedFirst(
  execArgv: readonly string[],
  nodeOptions = "",
): string[] {
  // Parts between spaces; what is in quotation marks may have some.
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
