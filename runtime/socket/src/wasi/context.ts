import type { DriverLimits } from "../driver.js";
import type { WasiBindings } from "./bindings.js";
import type { Network } from "./generated/wasi/sockets/instance-network.js";
import type { Waiting } from "./waiting.js";

/** What the sockets of one backend have in common. */
export interface WasiContext {
  readonly bindings: WasiBindings;
  readonly network: Network;
  readonly waiting: Waiting;
  readonly limits: DriverLimits;
}
