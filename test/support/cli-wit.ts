/** The two files of a package that the tests of the command use. */
export const net = `package demo:net@1.0.0;

/// The network.
interface net {
  enum error { refused, other }
  /// Connects.
  connect: func(host: string) -> result<u32, error>;
}
`;
export const clock = "interface clock {\n  now: func() -> u64;\n}\n";
