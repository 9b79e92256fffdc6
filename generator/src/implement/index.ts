export { SkeletonError } from "./skeleton-error.js";
export { writeSkeleton } from "./skeleton.js";
