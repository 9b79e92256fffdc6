import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";

/**
 * Ports that a test may give up and take again. A port that the system picked is anybody's as soon as it is free, and with other
 * tests on the machine somebody has it now and then; these are outside the range that systems pick from.
 */
const first = 10_000;
const count = 22_000;
/** Test files run in processes of their own, a few at a time, whose numbers are close together. */
const share = 2_750;

let next = (process.pid * share) % count;

/**
 * Finds ports that nobody has, in either family and protocol. None is given twice before thousands of others, so that the system
 * has forgotten connections that it had.
 *
 * @param amount - how many.
 */
export async function portsToKeep(amount: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < amount; tried++) {
    if (tried >= count) throw new Error("every port is taken");
    const port = first + next;
    next = (next + 1) % count;
    if ((await isFreeForStreams(port)) && (await isFreeForDatagrams(port)))
      ports.push(port);
  }
  return ports;
}

/** The wildcard of IPv6 covers IPv4 as well, where there is IPv6. */
async function isFreeForStreams(port: number): Promise<boolean> {
  const server = net.createServer();
  try {
    server.listen(port);
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

async function isFreeForDatagrams(port: number): Promise<boolean> {
  for (const type of ["udp4", "udp6"] as const) {
    const socket = dgram.createSocket(type);
    try {
      socket.bind(port);
      await once(socket, "listening");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EADDRINUSE" || code === "EACCES") return false;
    } finally {
      socket.close();
    }
  }
  return true;
}
