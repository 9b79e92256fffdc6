import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { unwrap } from "@wit2ts/runtime";

/** A client that loses its server for a minute of virtual time. */
export async function loseServer(): Promise<string[]> {
  const network = createMemoryNetwork({ seed: 42 });
  const office = network.machine("10.0.0.1");
  const cloud = network.machine("10.1.0.1", "fd00::1");
  network.name("db.internal", ["10.1.0.1"]);
  network.impose({ latency: 20, jitter: 5 });

  // The client runs concurrently, as the virtual network advances.
  cloud.spawn(function* (socket) {
    const server = unwrap(yield* socket.createSocket("ipv4", "tcp"));
    unwrap(yield* socket.bind(server, { host: "10.1.0.1", port: 5432 }));
    unwrap(yield* socket.listen(server, 4));
    const client = unwrap(yield* socket.accept(server));
    for (;;) {
      const query = yield* socket.receive(client, 1024n);
      if (query.tag === "err" || query.val.length === 0) return;
      unwrap(yield* socket.send(client, query.val));
    }
  });

  const log: string[] = [];
  await using socket = office.createAsyncSocket();
  const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.connect(handle, { host: "db.internal", port: 5432 }));
  unwrap(await socket.setReadTimeout(handle, 60_000n));

  const cut = network.impose({ way: "silent" }, { from: cloud, to: office });
  unwrap(await socket.send(handle, new TextEncoder().encode("select 1")));
  log.push((await socket.receive(handle, 1024n)).val as string);
  cut.lift();
  log.push(
    new TextDecoder().decode(unwrap(await socket.receive(handle, 1024n))),
  );

  network.reset(office, cloud);
  log.push((await socket.receive(handle, 1024n)).val as string);
  return log;
}
