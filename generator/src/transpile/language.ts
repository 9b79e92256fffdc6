/** What the output is written in: JavaScript, which comes with declarations, or TypeScript to be compiled with a project. */
export type Language = "javascript" | "typescript";

/** Every language, in the order in which help shows them. */
export const languages: readonly Language[] = ["javascript", "typescript"];
