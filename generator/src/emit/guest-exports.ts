import type { Bindings, InterfaceBinding, WorldBinding } from "./bindings.js";
import { pascalCase } from "./case.js";
import { keyText, stringData } from "./data.js";
import { printWidth } from "./layout.js";
import type { Module } from "./module.js";
import { Declaration } from "./symbols.js";

/** Adds the function that converts an implementation of an interface into what the component exports. */
export function addExport(
  bindings: Bindings,
  module: Module,
  binding: InterfaceBinding,
  name: string,
): void {
  const flavour = bindings.flavours[0] ?? "sync";
  const exporter = new Declaration(
    module,
    `export${pascalCase(name)}`,
    `export \`${binding.fullName}\``,
    { interface: binding.id },
    { type: false, value: true },
  );
  module.declare(exporter);
  module.recordSymbol(binding.contract[flavour], "type");
  module.recordSymbol(binding.contract.sync, "value");
  module.add((names) => {
    const text = `/** Adapts an implementation to what a component exports as \`${binding.fullName}\`. */\n`;
    return (
      text +
      exporterText(
        exporter.name,
        names(binding.contract[flavour]),
        names(binding.contract.sync),
        "toJcoImports",
      )
    );
  });
}

/** Adds the contract of the functions that a world exports directly, and the function that converts an implementation. */
export function addFunctions(
  bindings: Bindings,
  module: Module,
  world: WorldBinding,
  keys: readonly string[],
): void {
  const flavour = bindings.flavours[0] ?? "sync";
  const what = "the functions of the world";
  const place = { world: world.id };
  const exporter = module.declare(
    new Declaration(module, "exportFunctions", what, place, {
      type: false,
      value: true,
    }),
  );
  const type = module.declare(
    new Declaration(module, "Functions", what, place, {
      type: true,
      value: false,
    }),
  );
  module.recordSymbol(world.exports[flavour], "type");
  module.recordSymbol(world.descriptor, "value");
  module.add((names) => {
    const members = keys.map(
      (key) =>
        `  readonly ${keyText(key)}: ${names(world.exports[flavour])}[${stringData(key)}];\n`,
    );
    return `/** The functions that the world itself exports. */\nexport interface ${type.name} {\n${members.join("")}}\n`;
  });
  module.add(
    (names) =>
      "/** Adapts an implementation to what a component exports under the names of the functions. */\n" +
      exporterText(
        exporter.name,
        type.name,
        names(world.descriptor),
        "toGuestExports",
      ),
  );
}

function exporterText(
  name: string,
  type: string,
  descriptor: string,
  adapter: "toJcoImports" | "toGuestExports",
): string {
  const flat = `export function ${name}(implementation: ${type}): JcoImports {`;
  const head =
    flat.length <= printWidth
      ? flat
      : `export function ${name}(\n  implementation: ${type},\n): JcoImports {`;
  const flatReturn = `  return ${adapter}(${descriptor}, implementation, options);`;
  const body =
    flatReturn.length <= printWidth
      ? flatReturn
      : `  return ${adapter}(\n    ${descriptor},\n    implementation,\n    options,\n  );`;
  return `${head}\n${body}\n}\n`;
}
