import { Failure } from "../failure.js";

const magic = [0x00, 0x61, 0x73, 0x6d];

/**
 * Checks that bytes are a component, judging by the header only.
 *
 * @throws {@link Failure} if they are something else, such as a core module; the message says so.
 */
export function requireComponent(bytes: Uint8Array, path: string): void {
  if (!magic.every((byte, index) => bytes[index] === byte)) {
    throw new Failure(
      `${path} is not a WebAssembly component in the binary format; to generate from WIT, use \`wit2ts generate\``,
    );
  }
  // The layer field, after the version of the format: 0 for a core module, 1 for a component.
  if (bytes[6] === 0) {
    throw new Failure(
      `${path} is a core module, not a component: convert it with \`jco new\` or \`wasm-tools component new\``,
    );
  }
}
