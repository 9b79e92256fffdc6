/**
 * Synchronous bridges: call an asynchronous implementation through the synchronous contract, for any interface whose
 * values are plain data. Requires `node:worker_threads`.
 */
export {
  BridgeClosedError,
  createSyncBridge,
  type SyncBridge,
  type SyncBridgeOptions,
  type SyncContractOf,
} from "./bridge.js";
