// Runs in a network namespace of its own (`unshare -rn`), where packets can be lost without bothering anybody, and prints
// as JSON what the calls returned and which system error was behind them.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import net from "node:net";
import { causeOf } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";

const ip = (...words) => execFileSync("ip", words, { stdio: "pipe" });
ip("link", "set", "lo", "up");
// A wire whose other end belongs to nobody: what is sent to an address whose hardware address is "known" is lost, and
// nobody is told.
ip("link", "add", "wire0", "type", "veth", "peer", "name", "wire1");
ip("addr", "add", "10.77.0.1/24", "dev", "wire0");
ip("link", "set", "wire0", "up");
ip("link", "set", "wire1", "up");
for (const host of ["10.77.0.2", "10.77.0.3", "10.77.0.9"]) {
  ip("neigh", "add", host, "lladdr", "02:00:00:00:00:99", "dev", "wire0");
}
ip("route", "add", "unreachable", "10.78.0.0/24");
ip("route", "add", "prohibit", "10.79.0.0/24");
// Three seconds until TCP gives up, instead of two minutes.
writeFileSync("/proc/sys/net/ipv4/tcp_syn_retries", "1");

const server = net
  // The client closes without reading, which the system tells this end as a reset.
  .createServer((socket) => socket.on("error", () => undefined).end("here"))
  .listen(0, "10.77.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address();

const addresses = {
  "several.test": ["10.77.0.9", "10.78.0.9", "10.77.0.1"],
  "dead.test": ["10.77.0.9", "10.78.0.9"],
};
const sockets = createNodeSocket({
  lookup: (name, { family }, callback) => {
    callback(
      null,
      addresses[name].map((address) => ({ address, family })),
    );
  },
});
const outcomes = {};
const note = (name, result) => {
  outcomes[name] =
    result.tag === "ok" ? "ok" : [result.val, causeOf(result)?.code];
};

async function connect(name, host, timeout) {
  const handle = (await sockets.createSocket("ipv4", "tcp")).val;
  if (timeout !== undefined) await sockets.setWriteTimeout(handle, timeout);
  note(name, await sockets.connect(handle, { host, port }));
  await sockets.close(handle);
}

await Promise.all([
  connect("no route", "10.200.0.1"),
  connect("unreachable", "10.78.0.2"),
  connect("prohibited", "10.79.0.2"),
  connect("lost", "10.77.0.2"),
  connect("lost, own timeout", "10.77.0.2", 50n),
  connect("several addresses", "several.test"),
  connect("several addresses, all dead", "dead.test"),
]);

const udp = (await sockets.createSocket("ipv4", "udp")).val;
const data = new Uint8Array(10);
note(
  "datagram, no route",
  await sockets.sendTo(udp, data, { host: "10.200.0.1", port: 9 }),
);
note(
  "datagram, unreachable",
  await sockets.sendTo(udp, data, { host: "10.78.0.2", port: 9 }),
);
note(
  "datagram, lost",
  await sockets.sendTo(udp, data, { host: "10.77.0.2", port: 9 }),
);
note(
  "datagram, after those",
  await sockets.sendTo(udp, data, { host: "127.0.0.1", port: 9 }),
);

const lost = (await sockets.createSocket("ipv4", "tcp")).val;
const connecting = sockets.connect(lost, { host: "10.77.0.3", port });
await new Promise((resolve) => setTimeout(resolve, 20));
await sockets.close(lost);
note("closed while connecting", await connecting);

await sockets.dispose();
server.close();
console.log(JSON.stringify(outcomes));
