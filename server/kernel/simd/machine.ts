import { constantTable } from "../sha1-constants.ts";
import type { Assembly } from "./assembler.ts";
import { filterAssembly } from "./filter-code.ts";
import { hashAssembly } from "./hash-code.ts";
import { constantsAt, memoryPages } from "./layout.ts";
import { prefixAssembly } from "./prefix-code.ts";
import type { LastWord } from "./sha1-words.ts";
import { survivorAssembly } from "./survivor-code.ts";

/** Prefixes hashed at the same time: 1 is two vectors, 2 is four. */
export type Shape = 1 | 2;

type Compiled = (...parameters: number[]) => number;

/** The generated functions of one shape and the memory they work in. Each is made when first asked for. */
export class Machine {
  readonly memory = new WebAssembly.Memory({ initial: memoryPages });
  readonly #shape: Shape;
  readonly #compiled = new Map<string, Compiled>();

  constructor(shape: Shape) {
    this.#shape = shape;
    new Uint32Array(this.memory.buffer, constantsAt).set(constantTable);
  }

  prefixes(lastWord: LastWord): Compiled {
    return this.#function(`prefixes ${lastWord}`, () => prefixAssembly(lastWord));
  }

  hash(lastWord: LastWord): Compiled {
    return this.#function(`hash ${lastWord}`, () => hashAssembly(lastWord, this.#shape));
  }

  filter(tested: number): Compiled {
    return this.#function(`filter ${tested}`, () => filterAssembly(tested));
  }

  get survivors(): Compiled {
    return this.#function("survivors", survivorAssembly);
  }

  #function(name: string, assemble: () => Assembly): Compiled {
    let compiled = this.#compiled.get(name);
    if (!compiled) {
      const module = new WebAssembly.Module(assemble().module());
      const { exports } = new WebAssembly.Instance(module, { m: { m: this.memory } });
      compiled = exports.f as Compiled;
      this.#compiled.set(name, compiled);
    }
    return compiled;
  }
}
