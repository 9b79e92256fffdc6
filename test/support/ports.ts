import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";

/**
 * The range of ports that a test may release and bind again. A port that the operating system has assigned can be
 * assigned to another process as soon as it is free, which happens when other tests run on the machine. This range is
 * outside of the ephemeral ranges from which operating systems assign ports.
 */
const first = 10_000;
const count = 22_000;
/**
 * The distance between the first ports of processes with consecutive ids: a few test files run at once, each in its own
 * process.
 */
const share = 2_750;

let next = (process.pid * share) % count;

/**
 * Finds ports that are free in both address families and for both TCP and UDP. A port is only returned again after
 * thousands of others, so that the operating system no longer remembers its connections.
 *
 * @param amount - the number of ports.
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

/** Listens on the IPv6 wildcard address, which includes IPv4, or on that of IPv4 if there is no IPv6. */
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
