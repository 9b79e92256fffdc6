import { createHash } from "node:crypto";

/** A name for what is made of some parts: other parts, another name. */
export function hash(...parts: readonly (string | Buffer)[]): string {
  const made = createHash("sha256");
  for (const part of parts) made.update(part).update("\0");
  return made.digest("hex").slice(0, 20);
}
