// A peer in a process of its own: sends back what it gets. Prints its port; ends with its standard input.
import { createServer } from "node:net";

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", () => undefined);
  socket.pipe(socket);
});
server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`${server.address().port}\n`),
);
process.stdin.resume().on("end", () => process.exit());
