/** The reason why a skeleton cannot be written. The message is for the user. */
export class SkeletonError extends Error {
  override readonly name = "SkeletonError";
}
