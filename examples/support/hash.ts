import { createHash } from "node:crypto";

/** Returns a hash of the parts, for use as a name: different parts give a different name. */
export function hash(...parts: readonly (string | Buffer)[]): string {
  const made = createHash("sha256");
  for (const part of parts) made.update(part).update("\0");
  return made.digest("hex").slice(0, 20);
}
