// A server that does what each line says that it gets; spaces alone are counted. Ends with its standard input.
import { connect, createServer } from "node:net";

/** What waits for something that another connection does: each is called whenever one may have done it. */
const waiting = new Set();
let remembered = "";
let mostSpaces = 0;
let visitor;

/** Calls `then` as soon as `isTrue`. */
function when(isTrue, then) {
  const look = () => {
    if (!isTrue()) return;
    waiting.delete(look);
    then();
  };
  waiting.add(look);
  look();
}

const orders = {
  say: ({ socket }, what) => socket.write(what),
  later: ({ socket }, time, what) =>
    setTimeout(() => socket.write(what), Number(time)),
  stall: ({ socket }, time) => {
    socket.pause();
    setTimeout(() => socket.resume(), Number(time));
  },
  count: ({ socket, spaces }) => socket.write(String(spaces)),
  end: ({ socket }) => socket.end(),
  // Keeps its own side open when the other has ended.
  stay: (peer) => {
    peer.stays = true;
  },
  flood: ({ socket }, length) => socket.write(Buffer.alloc(Number(length))),
  visit: (_, port) => {
    visitor = connect(Number(port), "127.0.0.1");
  },
  // Of the connection itself, or of its visit.
  reset: ({ socket }, subject) =>
    (subject === "visit" ? visitor : socket).resetAndDestroy(),
  // Answers when a connection has got so many spaces.
  spaces: ({ socket }, count) =>
    when(
      () => mostSpaces >= Number(count),
      () => socket.write(String(mostSpaces)),
    ),
  remember: ({ spaces }, what) => {
    remembered = `${what} ${spaces}`;
  },
  recall: ({ socket }) =>
    when(
      () => remembered !== "",
      () => socket.write(remembered),
    ),
};

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const peer = { socket, spaces: 0, stays: false };
  let line = "";
  socket.on("error", () => {});
  socket.on("end", () => {
    if (!peer.stays) socket.end();
  });
  socket.on("data", (data) => {
    for (const part of data.toString("latin1").split(/(\n)/)) {
      if (part !== "\n") {
        line += part;
        // Not kept: there are megabytes of them.
        const spaces = /^ */.exec(line)[0].length;
        peer.spaces += spaces;
        line = line.slice(spaces);
        continue;
      }
      const [order, ...rest] = line.split(" ");
      line = "";
      if (order !== "") orders[order](peer, ...rest);
    }
    mostSpaces = Math.max(mostSpaces, peer.spaces);
    for (const look of [...waiting]) look();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
// Who waits in vain in the system gets the end of the connection, and fails; nothing else could end that.
setTimeout(() => process.exit(1), 60_000).unref();
process.stdin.resume();
process.stdin.on("end", () => process.exit());
