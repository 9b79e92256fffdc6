/** What the output is written in: JavaScript comes with declarations. */
export type Language = "both" | "typescript" | "javascript";

/** Every language, in the order in which help shows them. */
export const languages: readonly Language[] = [
  "both",
  "typescript",
  "javascript",
];
