import {
  createSocketPeer,
  perform,
  playScript,
  type ConformanceSetup,
  type Peer,
  type PeerRun,
} from "@wit2ts/socket/conformance";
import {
  createMemoryNetwork,
  type MemoryMachine,
  type MemoryNetwork,
  type Process,
} from "@wit2ts/socket/memory";
import type { SocketAddress } from "@wit2ts/core-libs/socket";

/** Creates the network of a conformance test: one machine, and the names that the test uses. */
export function createConformanceNetwork(setup: ConformanceSetup): {
  network: MemoryNetwork;
  machine: MemoryMachine;
} {
  const network = createMemoryNetwork();
  for (const [name, addresses] of Object.entries(setup.names))
    network.name(name, addresses);
  return { network, machine: network.machine("10.0.0.1", "fd00::1") };
}

/** A peer that runs its scripts on asynchronous sockets of the same machine. */
export function createAsyncPeer(
  network: MemoryNetwork,
  machine: MemoryMachine,
): Peer {
  return createSocketPeer(() => machine.createAsyncSocket(), {
    ...meddling(network),
    sleep: (milliseconds) =>
      new Promise(
        (resolve) => void network.clock.schedule(milliseconds, resolve),
      ),
  });
}

/** A peer that runs its scripts as programs of the same machine, which proceed while a call of the backend blocks. */
export function createProgramPeer(
  network: MemoryNetwork,
  machine: MemoryMachine,
): Peer {
  const processes: Process<unknown>[] = [];
  return {
    run: async (script): Promise<PeerRun> => {
      let prepared: (address: SocketAddress) => void = () => undefined;
      const address = new Promise<SocketAddress>((resolve) => {
        prepared = resolve;
      });
      const process = machine.spawn(function* (socket) {
        const steps = playScript(script, {
          ...meddling(network),
          prepared,
        });
        for (let next = steps.next(); ;) {
          if (next.done === true) return next.value;
          const wanted = next.value;
          if (wanted.kind === "sleep") {
            yield* socket.sleep(wanted.milliseconds);
            next = steps.next(undefined);
          } else {
            // Each function of a cooperative socket is a generator; the script knows the type of the call that it named.
            const call = perform(
              socket,
              wanted.name,
              wanted.parameters,
            ) as ReturnType<typeof socket.close>;
            next = steps.next(yield* call);
          }
        }
      });
      processes.push(process);
      return { address: await address, finished: process.finished };
    },
    [Symbol.asyncDispose]: () => {
      for (const process of processes.splice(0)) process.stop();
      return Promise.resolve();
    },
  };
}

/** Functions of the network that the socket interface lacks. */
function meddling(network: MemoryNetwork): {
  reset: (local: SocketAddress, peer: SocketAddress) => void;
  finish: (local: SocketAddress, peer: SocketAddress) => void;
} {
  return {
    reset: (local, peer) => void network.reset(local, peer),
    finish: (local, peer) => void network.finish(local, peer),
  };
}
