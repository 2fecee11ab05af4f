// What the kernel uses of the platform's WebAssembly: TypeScript declares it
// for browsers only, and Node's types leave it out.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>);
    readonly exports: Readonly<Record<string, (...parameters: number[]) => number>>;
  }
}
