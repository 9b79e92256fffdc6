/**
 * A synchronous face for asynchronous implementations, for any interface whose values are data. Needs `node:worker_threads`.
 */
export {
  BridgeClosedError,
  createSyncBridge,
  type SyncBridge,
  type SyncBridgeOptions,
  type SyncContractOf,
} from "./bridge.js";
