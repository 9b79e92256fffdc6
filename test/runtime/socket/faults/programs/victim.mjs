// A server that somebody kills: it says where it listens, and then reads or not, as its argument says.
import net from "node:net";

const reads = process.argv[2] === "reads";
const server = net.createServer({ pauseOnConnect: !reads }, (socket) => {
  socket.on("error", () => undefined);
  if (reads) socket.resume();
  socket.write("hello");
});
server.listen(0, "127.0.0.1", () => {
  console.log(server.address().port);
});
