import { socketConformance } from "@wit2ts/socket/conformance";
import { expect, it } from "vitest";

it("the suite rejects an unknown key of `supports`", () => {
  const nothing = Object.assign(() => undefined, { skip: () => undefined });
  expect(() => {
    socketConformance({
      describe: nothing,
      it: nothing,
      expect,
      create: () => {
        throw new Error("never called");
      },
      supports: { concurent: true } as never,
    });
  }).toThrow(
    /^supports: there is no concurent; there are concurrent, ipv6, udp, /,
  );
});
