import type { DriverLimits } from "../driver.js";
import type { WasiBindings } from "./bindings.js";
import type { Network } from "./generated/wasi/sockets/instance-network.js";

/** What the sockets of one backend have in common. */
export class WasiContext {
  readonly bindings: WasiBindings;
  readonly limits: DriverLimits;
  #network: Network | undefined;

  constructor(bindings: WasiBindings, limits: DriverLimits) {
    this.bindings = bindings;
    this.limits = limits;
  }

  /** The network of the host; asked for when first used, since a component may be made before it can call anything. */
  get network(): Network {
    return (this.#network ??= this.bindings.instanceNetwork.instanceNetwork());
  }

  [Symbol.dispose](): void {
    const network = this.#network;
    this.#network = undefined;
    network?.[Symbol.dispose]();
  }
}
