import { getSystemErrorName } from "node:util";

/** The name of a system error by its negative number, `EIO` where the system does not know it. */
export function systemErrorName(errno: number): string {
  try {
    return getSystemErrorName(errno);
  } catch {
    // getSystemErrorName throws for numbers it does not know.
    return "EIO";
  }
}
