/** A package of two files, as the tests of the command have it. */
export const net = `package demo:net@1.0.0;

/// The network.
interface net {
  enum error { refused, other }
  /// Connects.
  connect: func(host: string) -> result<u32, error>;
}
`;
export const clock = "interface clock {\n  now: func() -> u64;\n}\n";
