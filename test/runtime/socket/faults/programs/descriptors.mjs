// Runs under a low limit of file descriptors, uses them all up, and prints as JSON how the backend took it.
import { causeOf } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";

const sockets = createNodeSocket();
const value = (result) => {
  if (result.tag === "err")
    throw new Error(result.val, { cause: causeOf(result) });
  return result.val;
};

const listener = value(await sockets.createSocket("ipv4", "tcp"));
value(await sockets.bind(listener, { host: "127.0.0.1", port: 0 }));
value(await sockets.listen(listener, 128));
const address = value(await sockets.getLocalAddress(listener));

/** Makes sockets of one kind until there are no descriptors left. */
async function exhaust(protocol, use) {
  const handles = [];
  for (let count = 0; count < 500; count++) {
    const handle = value(await sockets.createSocket("ipv4", protocol));
    handles.push(handle);
    const result = await use(handle);
    if (result.tag === "err") {
      return { handles, error: result.val, code: causeOf(result)?.code };
    }
  }
  return { handles, error: "none" };
}

async function closeAll(handles) {
  for (const handle of handles) value(await sockets.close(handle));
  await new Promise((resolve) => setTimeout(resolve, 20));
}

const outcomes = {};
for (const [name, protocol, use] of [
  [
    "bind",
    "tcp",
    (handle) => sockets.bind(handle, { host: "127.0.0.1", port: 0 }),
  ],
  [
    "bind of datagrams",
    "udp",
    (handle) => sockets.bind(handle, { host: "127.0.0.1", port: 0 }),
  ],
  ["connect", "tcp", (handle) => sockets.connect(handle, address)],
]) {
  const { handles, error, code } = await exhaust(protocol, use);
  outcomes[name] = [error, code];
  await closeAll(handles);
}

// All of it given back, a connection works again. Those that were queued in the listener come first.
value(await sockets.setReadTimeout(listener, 200n));
for (;;) {
  const left = await sockets.accept(listener);
  if (left.tag === "err") break;
  value(await sockets.close(left.val));
}
const client = value(await sockets.createSocket("ipv4", "tcp"));
value(await sockets.connect(client, address));
const server = value(await sockets.accept(listener));
value(await sockets.send(client, new TextEncoder().encode("still here")));
outcomes.after = new TextDecoder().decode(
  value(await sockets.receive(server, 100n)),
);
outcomes.open = sockets.openHandles().length;
await sockets.dispose();
console.log(JSON.stringify(outcomes));
