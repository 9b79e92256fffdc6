/**
 * Adapters between contracts and jco, for any interface. With them, the imports of a component accept implementations
 * that return `Result`, and its exports return `Result`.
 */
export {
  toJcoImports,
  type AdapterOptions,
  type Implementation,
  type ImportOptions,
  type JcoImports,
} from "./imports.js";
export {
  fromJcoExports,
  type AsyncContract,
  type ExportOptions,
  type SyncContract,
} from "./exports.js";
export {
  ComponentInstance,
  DeadInstanceError,
  ReentranceError,
  UnawaitedPromiseError,
} from "./component-instance.js";
export { fromGuestImports, toGuestExports } from "./guest.js";
export { HostException } from "./exception.js";
export {
  instantiate,
  type AsyncWorldExports,
  type InstantiateOptions,
  type JcoInstantiate,
  type WorldExports,
  type WorldImports,
} from "./instantiate.js";
