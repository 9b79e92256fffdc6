import { untrusted } from "@wit2ts/socket";
import { createNodeSocket } from "@wit2ts/socket/node";

/** For untrusted guests: public addresses only, and the database that they need. */
export const socket = createNodeSocket({
  policy: {
    ...untrusted.policy,
    connect: ["127.0.0.1:5432", ...untrusted.policy.connect],
  },
  limits: { ...untrusted.limits, openSockets: 16, longestWait: 5_000 },
});
