import type { SocketOptions } from "../host/host.js";
import {
  requireOptions,
  socketOptionNames,
  type OptionNames,
} from "../host/options.js";
import { resolveDeliveryTimeout, resolveLimits } from "../host/limits.js";
import type { WasiBindings } from "./bindings.js";
import { WasiDriver } from "./driver.js";
import type { Timer } from "./lingering.js";

/** What the WASI backend can be told. */
export interface WasiSocketOptions extends SocketOptions {
  /**
   * How long a closed connection may take to deliver what `send` has taken charge of, in milliseconds: 30,000 unless
   * said. `close` itself waits a second of it at most, and disposing of the backend another one and a half; in between, later calls
   * see to it while they wait, and outside of components a timer, which keeps the process alive meanwhile.
   */
  readonly deliveryTimeout?: number | undefined;
}

const optionNames: OptionNames<WasiSocketOptions> = {
  ...socketOptionNames,
  deliveryTimeout: true,
};

/** @throws RangeError, TypeError for limits or a time that make no sense, and options that there are not. */
export function createWasiDriver(
  bindings: WasiBindings,
  options: WasiSocketOptions,
  timer?: Timer,
): WasiDriver {
  requireOptions(options, optionNames);
  const { limits, deliveryTimeout } = options;
  return new WasiDriver(bindings, {
    limits: resolveLimits(limits),
    deliveryTimeout: resolveDeliveryTimeout(deliveryTimeout),
    timer,
  });
}
