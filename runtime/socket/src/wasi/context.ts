import type { DriverLimits } from "../driver.js";
import type { WasiBindings } from "./bindings.js";
import type { Network } from "./generated/wasi/sockets/instance-network.js";

/** State shared by all sockets of one backend. */
export class WasiContext {
  readonly bindings: WasiBindings;
  readonly limits: DriverLimits;
  #network: Network | undefined;

  constructor(bindings: WasiBindings, limits: DriverLimits) {
    this.bindings = bindings;
    this.limits = limits;
  }

  /** The network of the WASI host. Requested lazily: a backend may be created before its component can call imports. */
  get network(): Network {
    return (this.#network ??= this.bindings.instanceNetwork.instanceNetwork());
  }

  [Symbol.dispose](): void {
    const network = this.#network;
    this.#network = undefined;
    network?.[Symbol.dispose]();
  }
}
