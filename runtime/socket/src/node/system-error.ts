import { getSystemErrorName } from "node:util";

/** Returns the name of a system error, given its negative errno; `EIO` if the number is unknown. */
export function systemErrorName(errno: number): string {
  try {
    return getSystemErrorName(errno);
  } catch {
    // `getSystemErrorName` throws for numbers outside its range.
    return "EIO";
  }
}
