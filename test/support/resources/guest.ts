// A guest that exports the resources of an interface that it imports. The representation of each of its resources is
// the handle of one of the host's, so that calls go through classes of the adapters on both sides.
import { allocator } from "../component/forwarding-guest.js";

const name = "wit2ts-test:resources/counters@0.1.0";

const resources = ["counter", "frail", "token"];

export const resourceGuest = `(module
  (import "${name}" "[constructor]counter" (func $counter (param i32) (result i32)))
  (import "${name}" "[method]counter.increase" (func $increase (param i32 i32) (result i32)))
  (import "${name}" "[method]counter.divide" (func $divide (param i32 i32 i32)))
  (import "${name}" "[static]counter.join" (func $join (param i32 i32) (result i32)))
  (import "${name}" "[constructor]frail" (func $frail (param i32 i32)))
  (import "${name}" "[method]frail.get" (func $get (param i32) (result i32)))
  (import "${name}" "peek" (func $peek (param i32) (result i32)))
  (import "${name}" "maybe" (func $maybe (param i32 i32 i32)))
  (import "${name}" "issue" (func $issue (result i32)))
  (import "${name}" "redeem" (func $redeem (param i32) (result i32)))
${resources
  .map(
    (one) => `
  (import "${name}" "[resource-drop]${one}" (func $drop_${one} (param i32)))
  (import "[export]${name}" "[resource-new]${one}" (func $new_${one} (param i32) (result i32)))
  (import "[export]${name}" "[resource-rep]${one}" (func $rep_${one} (param i32) (result i32)))
  (import "[export]${name}" "[resource-drop]${one}" (func $drop_own_${one} (param i32)))`,
  )
  .join("")}
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 65536))
  ;; The representation whose own handle is dropped because it has gone to the host.
  (global $gone (mut i32) (i32.const -1))
${allocator}
${resources
  .map(
    (one) => `
  (func (export "${name}#[dtor]${one}") (param $rep i32)
    (if (i32.eq (local.get $rep) (global.get $gone))
      (then (global.set $gone (i32.const -1)))
      (else (call $drop_${one} (local.get $rep)))))
  (func $take_${one} (param $handle i32) (result i32) (local $rep i32)
    (local.set $rep (call $rep_${one} (local.get $handle)))
    (global.set $gone (local.get $rep))
    (call $drop_own_${one} (local.get $handle))
    (local.get $rep))`,
  )
  .join("")}
  (func (export "${name}#[constructor]counter") (param i32) (result i32)
    (call $new_counter (call $counter (local.get 0))))
  (func (export "${name}#[method]counter.increase") (param i32 i32) (result i32)
    (call $increase (local.get 0) (local.get 1)))
  (func (export "${name}#[method]counter.divide") (param i32 i32) (result i32)
    (call $divide (local.get 0) (local.get 1) (i32.const 1024)) (i32.const 1024))
  (func (export "${name}#[static]counter.join") (param i32 i32) (result i32)
    (call $new_counter (call $join (call $take_counter (local.get 0)) (local.get 1))))
  (func (export "${name}#[constructor]frail") (param i32) (result i32)
    (call $frail (local.get 0) (i32.const 1024))
    (if (i32.eqz (i32.load8_u (i32.const 1024)))
      (then (i32.store (i32.const 1028) (call $new_frail (i32.load (i32.const 1028))))))
    (i32.const 1024))
  (func (export "${name}#[method]frail.get") (param i32) (result i32) (call $get (local.get 0)))
  (func (export "${name}#peek") (param i32) (result i32) (call $peek (local.get 0)))
  (func (export "${name}#maybe") (param i32 i32) (result i32)
    (if (local.get 0) (then (local.set 1 (call $take_counter (local.get 1)))))
    (call $maybe (local.get 0) (local.get 1) (i32.const 1024))
    (if (i32.load8_u (i32.const 1024))
      (then (i32.store (i32.const 1028) (call $new_counter (i32.load (i32.const 1028))))))
    (i32.const 1024))
  (func (export "${name}#issue") (result i32) (call $new_token (call $issue)))
  (func (export "${name}#redeem") (param i32) (result i32)
    (call $redeem (call $take_token (local.get 0))))
)`;
