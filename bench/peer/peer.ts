/** The peer of the socket benchmarks if there is no C compiler. It does the same as `peer.c`, with the same output. */
import dgram from "node:dgram";
import net from "node:net";
import { Digest } from "./digest.js";

const headLength = 9;
const chunkLength = 65_536;

function serve(socket: net.Socket): void {
  let head = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", function onHead(data) {
    head = Buffer.concat([head, data]);
    if (head.length < headLength) return;
    socket.off("data", onHead);
    const length = Number(head.readBigUInt64LE(1));
    const rest = head.subarray(headLength);
    const mode = String.fromCharCode(head[0] ?? 0);
    if (mode === "E") echo(socket, rest);
    else if (mode === "S") sink(socket, length, rest);
    else if (mode === "G") void generate(socket, length);
    else socket.resume();
  });
  socket.on("end", () => socket.end());
}

function echo(socket: net.Socket, rest: Buffer): void {
  if (rest.length > 0) socket.write(rest);
  socket.on("data", (data) => socket.write(data));
}

function sink(socket: net.Socket, length: number, rest: Buffer): void {
  const digest = new Digest();
  let left = length;
  const take = (data: Buffer): void => {
    left -= data.length;
    digest.update(data);
    if (left === 0) socket.write(digest.bytes());
  };
  if (rest.length > 0) take(rest);
  socket.on("data", take);
}

async function generate(socket: net.Socket, length: number): Promise<void> {
  socket.resume();
  for (let count = 0, left = length; left > 0; count++) {
    const chunk = Buffer.alloc(Math.min(chunkLength, left), count & 0xff);
    left -= chunk.length;
    if (!socket.write(chunk))
      await new Promise((resolve) => socket.once("drain", resolve));
  }
  socket.end();
}

function listen(listener: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true }, listener);
  return new Promise((resolve) => {
    server.listen({ host: "0.0.0.0", port: 0, backlog: 4_096 }, () => {
      resolve((server.address() as net.AddressInfo).port);
    });
  });
}

const port = await listen(serve);
const idle = await listen((socket) => socket.on("error", () => undefined));
const datagrams = dgram.createSocket("udp4");
datagrams.on("message", (data, sender) => {
  datagrams.send(data, sender.port, sender.address);
});
datagrams.bind(port, "0.0.0.0", () => {
  process.stdout.write(`${JSON.stringify({ port, idle })}\n`);
});
process.stdin.on("end", () => {
  // eslint-disable-next-line no-restricted-properties -- a separate program, and its servers are still open
  process.exit();
});
process.stdin.resume();
