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

/** Options of the WASI backend. */
export interface WasiSocketOptions extends SocketOptions {
  /**
   * How long a closed connection may take to deliver the bytes that `send` has taken, in milliseconds. Default:
   * 30,000.
   *
   * `close` itself waits at most one second of that time, and disposing of the backend at most another 1.5 seconds.
   * In between, later calls continue the delivery while they wait. Outside of components a timer does so too, and
   * keeps the process alive meanwhile.
   */
  readonly deliveryTimeout?: number | undefined;
}

const optionNames: OptionNames<WasiSocketOptions> = {
  ...socketOptionNames,
  deliveryTimeout: true,
};

/**
 * Creates the driver of a backend.
 *
 * @throws RangeError, TypeError - for an invalid limit or timeout, and for an unknown option.
 */
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
