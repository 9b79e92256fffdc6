/**
 * The nodes that a tree has most of, as classes: an end that follows from the rest of a node is worked out when it is asked
 * for rather than kept. Making a tree is mostly the cost of its memory, so a smaller one is made faster.
 */
import type {
  Identifier,
  NamedType,
  Parameter,
  PrimitiveName,
  PrimitiveType,
  Type,
} from "./ast.js";

/** A name without a `%`, or one that is missing. */
export class PlainName implements Identifier {
  readonly kind: "identifier";
  readonly start: number;
  readonly name: string;

  constructor(start: number, name: string) {
    this.kind = "identifier";
    this.start = start;
    this.name = name;
  }

  get end(): number {
    return this.start + this.name.length;
  }
}

/** A name behind a `%`. */
export class EscapedName implements Identifier {
  readonly kind: "identifier";
  readonly start: number;
  readonly name: string;

  constructor(start: number, name: string) {
    this.kind = "identifier";
    this.start = start;
    this.name = name;
  }

  get end(): number {
    return this.start + 1 + this.name.length;
  }
}

/** `u32` */
export class Primitive implements PrimitiveType {
  readonly kind: "primitive";
  readonly start: number;
  readonly name: PrimitiveName;

  constructor(start: number, name: PrimitiveName) {
    this.kind = "primitive";
    this.start = start;
    this.name = name;
  }

  get end(): number {
    return this.start + this.name.length;
  }
}

/** The name of a type. */
export class TypeName implements NamedType {
  readonly kind: "named";
  readonly name: Identifier;

  constructor(name: Identifier) {
    this.kind = "named";
    this.name = name;
  }

  get start(): number {
    return this.name.start;
  }

  get end(): number {
    return this.name.end;
  }
}

/** `name: type` among parameters. Few have comments: those that have are of a class of their own. */
export class NamedParameter implements Parameter {
  readonly kind: "parameter";
  readonly name: Identifier;
  readonly type: Type;

  constructor(name: Identifier, type: Type) {
    this.kind = "parameter";
    this.name = name;
    this.type = type;
  }

  get start(): number {
    return this.name.start;
  }

  get end(): number {
    return this.type.end;
  }
}

/** `name: type` among parameters, with comments in front of it. */
export class DocumentedParameter extends NamedParameter {
  readonly docs: number;

  constructor(name: Identifier, type: Type, docs: number) {
    super(name, type);
    this.docs = docs;
  }
}
