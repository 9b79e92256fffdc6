// Guests whose functions have names with a meaning in JavaScript. All of them return a number.
const awkward = "wit2ts-test:keys/awkward@0.1.0";
const statics = "wit2ts-test:keys/statics@0.1.0";
const names = ["delete", "constructor", "default", "new"];
const methods = ["constructor", "delete"];

const memory = `
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)`;

/** World `forwarding`: exports what it imports. Its world-level functions return 1, the result of the import, 3 and 4. */
export const forwardingGuest = `(module
  (import "${awkward}" "[constructor]thing" (func $make (param i32) (result i32)))
  (import "${awkward}" "[resource-drop]thing" (func $drop (param i32)))
  (import "[export]${awkward}" "[resource-new]thing" (func $new (param i32) (result i32)))
  (import "$root" "constructor" (func $constructor (result i32)))
${names
  .map(
    (name) =>
      `  (import "${awkward}" "${name}" (func $f_${name} (result i32)))`,
  )
  .join("\n")}
${methods
  .map(
    (name) =>
      `  (import "${awkward}" "[method]thing.${name}" (func $m_${name} (param i32) (result i32)))`,
  )
  .join("\n")}${memory}
  (func (export "${awkward}#[constructor]thing") (param i32) (result i32) local.get 0 call $make call $new)
  (func (export "${awkward}#[dtor]thing") (param i32) local.get 0 call $drop)
${names
  .map(
    (name) =>
      `  (func (export "${awkward}#${name}") (result i32) call $f_${name})`,
  )
  .join("\n")}
${methods
  .map(
    (name) =>
      `  (func (export "${awkward}#[method]thing.${name}") (param i32) (result i32) local.get 0 call $m_${name})`,
  )
  .join("\n")}
  (func (export "delete") (result i32) i32.const 1)
  (func (export "constructor") (result i32) call $constructor)
  (func (export "default") (result i32) i32.const 3)
  (func (export "do-it") (result i32) i32.const 4)
)`;

/** World `calling`: `sum` adds up the results of the static functions and the id of the thing that `make` returns. */
export const callingGuest = `(module
  (import "${statics}" "[static]thing.prototype" (func $prototype (result i32)))
  (import "${statics}" "[static]thing.name" (func $name (result i32)))
  (import "${statics}" "[static]thing.length" (func $length (result i32)))
  (import "${statics}" "[static]thing.make" (func $make (result i32)))
  (import "${statics}" "[method]thing.id" (func $id (param i32) (result i32)))${memory}
  (func (export "sum") (result i32)
    call $prototype call $name i32.add call $length i32.add call $make call $id i32.add)
)`;
