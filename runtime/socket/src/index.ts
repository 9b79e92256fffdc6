export { DeadlockError } from "./deadlock.js";
export * from "./driver.js";
export { createAsyncSocket, type AsyncSocketBackend } from "./host/async.js";
export {
  createBlockingSocket,
  type BlockingSocketBackend,
} from "./host/blocking.js";
export type { SocketState } from "./host/entry.js";
export {
  socketErrorOf,
  socketErrorOfCode,
  systemError,
} from "./host/errors.js";
export type { OpenHandle, SocketOptions } from "./host/host.js";
export { resolveLimits, type SocketLimits } from "./host/limits.js";
export type { PolicyRequest, PolicyRule, SocketPolicy } from "./host/policy.js";
export { untrusted, type UntrustedPreset } from "./host/untrusted.js";
