import type {
  Docs,
  Function,
  FunctionKind,
  Interface,
  Model,
  Package,
  Parameter,
  Stability,
  TypeDefinition,
  TypeKind,
  TypeReference,
  World,
  WorldItem,
} from "../../../generator/src/model/model.js";
import { JsonReader } from "./json-reader.js";
import { primitiveNames } from "../../../generator/src/model/primitives.js";

/**
 * Reads the model from the JSON that `wasm-tools component wit --json` prints. The structure is checked completely,
 * including that every id refers to an existing item, so the result is as reliable as a model of the resolver.
 *
 * @param value - the result of `JSON.parse`
 * @returns a new model, which shares nothing with `value`
 * @throws {ModelFormatError} if the value is not such JSON; the message names the position, such as `types[3].kind`
 */
export function fromJson(value: unknown): Model {
  const root = new JsonReader(value, "");
  const counts: Counts = {
    worlds: root.field("worlds").length(),
    interfaces: root.field("interfaces").length(),
    types: root.field("types").length(),
    packages: root.field("packages").length(),
  };
  return {
    worlds: root.field("worlds").list((at) => readWorld(at, counts)),
    interfaces: root
      .field("interfaces")
      .list((at) => readInterface(at, counts)),
    types: root.field("types").list((at) => readType(at, counts)),
    packages: root.field("packages").list((at) => readPackage(at, counts)),
  };
}

/** The number of items of each kind, which limit the ids. */
type Counts = { readonly [kind in keyof Model]: number };

function readPackage(at: JsonReader, counts: Counts): Package {
  return {
    name: at.field("name").string(),
    ...readDocs(at),
    interfaces: at
      .field("interfaces")
      .map((item) => item.id(counts.interfaces)),
    worlds: at.field("worlds").map((item) => item.id(counts.worlds)),
  };
}

function readWorld(at: JsonReader, counts: Counts): World {
  return {
    name: at.field("name").string(),
    imports: at.field("imports").map((item) => readWorldItem(item, counts)),
    exports: at.field("exports").map((item) => readWorldItem(item, counts)),
    package: at.field("package").id(counts.packages),
    ...readDocs(at),
    ...readStability(at),
  };
}

function readWorldItem(at: JsonReader, counts: Counts): WorldItem {
  const [tag, item] = at.variant();
  switch (tag) {
    case "interface":
      return {
        interface: {
          id: item.field("id").id(counts.interfaces),
          ...readStability(item),
          ...readExternalId(item),
          ...readDocs(item),
        },
      };
    case "function":
      return { function: readFunction(item, counts) };
    case "type":
      return { type: item.id(counts.types) };
    default:
      return at.fail("an interface, a function or a type");
  }
}

function readInterface(at: JsonReader, counts: Counts): Interface {
  const name = at.field("name");
  const cloneOf = at.optional("clone_of");
  return {
    name: name.isNull() ? null : name.string(),
    types: at.field("types").map((item) => item.id(counts.types)),
    functions: at.field("functions").map((item) => readFunction(item, counts)),
    ...readDocs(at),
    ...readStability(at),
    package: at.field("package").id(counts.packages),
    ...(cloneOf === undefined
      ? {}
      : { clone_of: cloneOf.id(counts.interfaces) }),
  };
}

function readFunction(at: JsonReader, counts: Counts): Function {
  const result = at.optional("result");
  return {
    name: at.field("name").string(),
    kind: readFunctionKind(at.field("kind"), counts),
    params: at.field("params").list((item): Parameter => ({
      name: item.field("name").string(),
      type: readReference(item.field("type"), counts),
    })),
    ...(result === undefined ? {} : { result: readReference(result, counts) }),
    ...readDocs(at),
    ...readStability(at),
    ...readExternalId(at),
  };
}

function readFunctionKind(at: JsonReader, counts: Counts): FunctionKind {
  if (at.isString()) {
    const kind = at.string();
    return kind === "freestanding" || kind === "async-freestanding"
      ? kind
      : at.fail("a kind of function");
  }
  const [tag, resource] = at.variant();
  const id = resource.id(counts.types);
  switch (tag) {
    case "method":
      return { method: id };
    case "async-method":
      return { "async-method": id };
    case "static":
      return { static: id };
    case "async-static":
      return { "async-static": id };
    case "constructor":
      return { constructor: id };
    default:
      return at.fail("a kind of function");
  }
}

function readType(at: JsonReader, counts: Counts): TypeDefinition {
  const name = at.field("name");
  return {
    name: name.isNull() ? null : name.string(),
    kind: readTypeKind(at.field("kind"), counts),
    owner: readOwner(at.field("owner"), counts),
    ...readDocs(at),
    ...readStability(at),
    ...readExternalId(at),
  };
}

function readOwner(at: JsonReader, counts: Counts): TypeDefinition["owner"] {
  if (at.isNull()) return null;
  const [tag, id] = at.variant();
  if (tag === "interface") return { interface: id.id(counts.interfaces) };
  if (tag === "world") return { world: id.id(counts.worlds) };
  return at.fail("an interface, a world or null");
}

function readTypeKind(at: JsonReader, counts: Counts): TypeKind {
  if (at.isString())
    return at.string() === "resource" ? "resource" : at.fail("a kind of type");
  const [tag, body] = at.variant();
  switch (tag) {
    case "record":
      return {
        record: {
          fields: body.field("fields").list((item) => ({
            name: item.field("name").string(),
            type: readReference(item.field("type"), counts),
            ...readDocs(item),
          })),
        },
      };
    case "flags":
      return { flags: { flags: body.field("flags").list(readNamed) } };
    case "enum":
      return { enum: { cases: body.field("cases").list(readNamed) } };
    case "variant":
      return {
        variant: {
          cases: body.field("cases").list((item) => ({
            name: item.field("name").string(),
            type: readNullable(item.field("type"), counts),
            ...readDocs(item),
          })),
        },
      };
    case "tuple":
      return {
        tuple: {
          types: body
            .field("types")
            .list((item) => readReference(item, counts)),
        },
      };
    case "option":
      return { option: readReference(body, counts) };
    case "list":
      return { list: readReference(body, counts) };
    case "fixed-length-list": {
      const [element, length] = body.pair();
      return {
        "fixed-length-list": [
          readReference(element, counts),
          length.id(2 ** 32),
        ],
      };
    }
    case "map": {
      const [key, element] = body.pair();
      return {
        map: [readReference(key, counts), readReference(element, counts)],
      };
    }
    case "result":
      return {
        result: {
          ok: readNullable(body.field("ok"), counts),
          err: readNullable(body.field("err"), counts),
        },
      };
    case "future":
      return { future: readNullable(body, counts) };
    case "stream":
      return { stream: readNullable(body, counts) };
    case "handle": {
      const [handle, resource] = body.variant();
      if (handle === "own")
        return { handle: { own: resource.id(counts.types) } };
      if (handle === "borrow")
        return { handle: { borrow: resource.id(counts.types) } };
      return body.fail("`own` or `borrow`");
    }
    case "type":
      return { type: readReference(body, counts) };
    default:
      return at.fail("a kind of type");
  }
}

function readNamed(at: JsonReader): { name: string; docs?: Docs } {
  return { name: at.field("name").string(), ...readDocs(at) };
}

function readNullable(at: JsonReader, counts: Counts): TypeReference | null {
  return at.isNull() ? null : readReference(at, counts);
}

function readReference(at: JsonReader, counts: Counts): TypeReference {
  if (!at.isString()) return at.id(counts.types);
  const name = at.string();
  return (
    primitiveNames.find((each) => each === name) ??
    at.fail("the name of a primitive type")
  );
}

function readDocs(at: JsonReader): { docs?: Docs } {
  const docs = at.optional("docs");
  return docs === undefined
    ? {}
    : { docs: { contents: docs.field("contents").string() } };
}

function readExternalId(at: JsonReader): { external_id?: string } {
  const id = at.optional("external_id");
  return id === undefined ? {} : { external_id: id.string() };
}

function readStability(at: JsonReader): { stability?: Stability } {
  const stability = at.optional("stability");
  if (stability === undefined) return {};
  const [tag, body] = stability.variant();
  const version = body.optional("deprecated");
  const deprecated =
    version === undefined ? {} : { deprecated: version.string() };
  if (tag === "stable")
    return {
      stability: {
        stable: { since: body.field("since").string(), ...deprecated },
      },
    };
  if (tag === "unstable") {
    return {
      stability: {
        unstable: { feature: body.field("feature").string(), ...deprecated },
      },
    };
  }
  return stability.fail("`stable` or `unstable`");
}
