import type { Io, Output } from "./io.js";

/**
 * Whether to write colours to a stream. `NO_COLOR` disables them and `FORCE_COLOR` enables them; otherwise they are
 * used if the stream is a terminal that supports them.
 */
export function usesColour(output: Output, env: Io["env"]): boolean {
  if (isSet(env["NO_COLOR"])) return false;
  if (isSet(env["FORCE_COLOR"]))
    return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  return output.isTerminal && env["TERM"] !== "dumb";
}

/** By convention, both variables count as unset when they are empty. */
function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/** The colours and styles used in messages. */
export type Colour = "red" | "green" | "yellow" | "dim" | "bold";

const codes: Readonly<Record<Colour, readonly [on: number, off: number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
};

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

/** The colours of a stream. */
export function painter(output: Output, env: Io["env"]): Paint {
  if (!usesColour(output, env)) return (_, text) => text;
  return (colour, text) => {
    const [on, off] = codes[colour];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
