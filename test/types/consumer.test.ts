import { expect, it } from "vitest";
import { compile, compilers } from "../support/emit/compile.js";
import { generateText } from "../support/emit/model.js";

const wit = `package test:shapes;
interface shapes {
  variant shape { nothing, circle(f64), named(option<string>) }
  flags style { bold, very-bold }
  record drawing { shape: shape, title: option<string>, twice: option<option<u8>> }
  resource canvas {
    constructor(width: u32);
    draw: func(shape: shape) -> result<_, string>;
    copy: static func(of: borrow<canvas>) -> canvas;
  }
  resource handle { id: func() -> u32; }
  keep: func(canvas: own<canvas>);
  look: func(canvas: borrow<canvas>) -> u32;
  find: func() -> handle;
}
world painter { import shapes; export shapes; import log: func(text: string); }`;

/** A user's code. Lines that must not compile have `@ts-expect-error`, so the compiler reports those that do. */
const use = `
import { Shape, Shapes, Style, type AsyncShapes, type Canvas, type CanvasConstructor, type Drawing, type Handle } from "./test/shapes/shapes.js";
import { Painter, type PainterImports } from "./test/shapes/painter.js";

export function area(shape: Shape): number {
  switch (shape.tag) {
    case "nothing": return 0;
    case "circle": return shape.val * 2;
    case "named": return shape.val?.length ?? 0;
  }
}
// @ts-expect-error not every case returns
export function forgetful(shape: Shape): number {
  switch (shape.tag) {
    case "nothing": return 0;
    case "circle": return shape.val;
  }
}
export const shapes: Shape[] = [Shape.Nothing(), Shape.Circle(1), Shape.Named(), Shape.Named("a"), { tag: "circle", val: 2 }];
// @ts-expect-error a circle has a number
export const wrong: Shape = Shape.Circle("1");
export const style: Style = { [Style.Bold]: true, veryBold: false };
export const drawing: Drawing = { shape: Shape.Nothing(), twice: { tag: "some", val: undefined } };
export const titled: Drawing = { shape: Shape.Nothing(), title: undefined, twice: { tag: "none" } };
// @ts-expect-error the outer option has a tag
export const untagged: Drawing = { shape: Shape.Nothing(), twice: undefined };

class MyCanvas implements Canvas {
  readonly #width: number;
  constructor(width: number) { this.#width = width; }
  draw(shape: Shape) {
    return this.#width > area(shape) ? { tag: "ok" as const, val: undefined } : { tag: "err" as const, val: "too large" };
  }
  static copy(): MyCanvas { return new MyCanvas(1); }
  [Symbol.dispose](): void {}
}
class MyHandle implements Handle {
  private constructor(private_: number) { this.#id = private_; }
  readonly #id: number;
  static make(): MyHandle { return new MyHandle(3); }
  id(): number { return this.#id; }
  [Symbol.dispose](): void {}
}
export const constructor: CanvasConstructor = MyCanvas;
export const implementation: Shapes = {
  Canvas: MyCanvas,
  Handle: MyHandle,
  keep(canvas) { using owned = canvas; owned.draw(Shape.Nothing()); },
  look(canvas) {
    // @ts-expect-error what is borrowed is not ours to dispose of
    canvas[Symbol.dispose]();
    // @ts-expect-error nor to give away
    implementation.keep(canvas);
    return canvas.draw(Shape.Nothing()).tag === "ok" ? 1 : 0;
  },
  find: () => MyHandle.make(),
};
// @ts-expect-error a resource is a class
export const noClass: Shapes = { ...implementation, Canvas: {} };
// @ts-expect-error functions of the asynchronous contract return promises
export const notAsync: AsyncShapes = implementation;
export const imports: PainterImports = { "test:shapes/shapes": implementation, log: (text: string) => void text };
// @ts-expect-error a world's imports are all needed
export const missing: PainterImports = { log: () => undefined };
export const isHandle: boolean = implementation.find() instanceof implementation.Handle;
export const prototype: Handle = implementation.Handle.prototype;
export const name: string = Shapes.name + Painter.name;
`;

it.each(compilers)(
  "a user's code gets the expected type errors, and no others, with %s",
  { timeout: 60_000 },
  async (compiler) => {
    const files = new Map([...generateText(wit), ["use.ts", use]]);
    expect(
      await compile(files, compiler, { isolatedDeclarations: false }),
    ).toEqual([]);
  },
);
