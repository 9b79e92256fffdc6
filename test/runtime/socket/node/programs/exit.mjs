// Programs that never close what they opened: `exit.mjs idle|accept|deliver PORT`.
import { unwrap } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";

const [, , scenario, port] = process.argv;
const host = "127.0.0.1";
const socket = createNodeSocket();

async function listen() {
  const server = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.bind(server, { host, port: 0 }));
  unwrap(await socket.listen(server, 4));
  return { server, address: unwrap(await socket.getLocalAddress(server)) };
}

async function connect(address) {
  const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.connect(handle, address));
  return handle;
}

const scenarios = {
  /** A listener, both ends of a connection, one more that nobody accepts, datagrams: and no call that waits. */
  async idle() {
    const { server, address } = await listen();
    const near = await connect(address);
    const far = unwrap(await socket.accept(server));
    unwrap(await socket.send(near, Buffer.from("x")));
    unwrap(await socket.receive(far, 1n));
    await connect(address);
    const udp = unwrap(await socket.createSocket("ipv4", "udp"));
    unwrap(await socket.bind(udp, { host, port: 0 }));
    console.log(socket.openHandles().length);
  },

  /** A call that waits, and says what it got. */
  async accept() {
    const { server, address } = await listen();
    console.log(address.port);
    const accepted = unwrap(await socket.accept(server));
    const data = unwrap(await socket.receive(accepted, 100n));
    console.log(Buffer.from(data).toString());
  },

  /** Bytes that the backend has taken charge of and the system has not. */
  async deliver() {
    const handle = await connect({ host, port: Number(port) });
    unwrap(await socket.setWriteTimeout(handle, 0n));
    let sent = 0;
    for (let refused = 0; refused < 3;) {
      const result = await socket.send(handle, Buffer.alloc(1_000_000));
      if (result.tag === "err") refused++;
      else sent += Number(result.val);
    }
    console.log(sent);
  },
};

await scenarios[scenario]();
