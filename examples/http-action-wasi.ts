/**
 * The HTTP action over `wasi:sockets`, which preview2-shim provides here: first in this program, then as a component.
 * In the second case, another component implements the socket interface on top of the host's `wasi:sockets`.
 */
import * as clocks from "preview2-shim-0.26/clocks";
import * as io from "preview2-shim-0.26/io";
import * as sockets from "preview2-shim-0.26/sockets";
import { createWasiSocket } from "@wit2ts/socket/wasi";
import { startServer } from "./actions-http/server.js";
import { httpGet } from "./http-action.js";
import { fetchOverAdapter } from "./socket-over-wasi/run.js";

const server = await startServer();
try {
  const base = `http://127.0.0.1:${String(server.port)}`;
  const show = (text: string | undefined): void => {
    console.log(text?.replaceAll("\r", "").replace(/^/gm, "  ").trimEnd());
  };
  console.log("over the sockets of WASI, as preview2-shim has them:");
  using socket = createWasiSocket({ sockets, io, clocks });
  show((await httpGet(socket, `${base}/news?page=1`)).val);
  show((await httpGet(socket, "http://127.0.0.1:1/")).val);

  console.log("as a component, over a component with the sockets of WASI:");
  const [page, refused] = await fetchOverAdapter([
    `${base}/news?page=2`,
    "http://127.0.0.1:1/",
  ]);
  show(page?.val);
  show(refused?.val);
} finally {
  await server.stop();
}
