export * from "./scheduler/core-libs/socket.js";
