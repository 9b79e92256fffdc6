/** The language of the output: JavaScript with declarations, or TypeScript to be compiled as part of a project. */
export type Language = "javascript" | "typescript";

/** Every language, in the order in which the help lists them. */
export const languages: readonly Language[] = ["javascript", "typescript"];
