import { type DescFile, type DescService, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** A file of the contract, as it goes over the wire. */
export interface DescribedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Names of the files that it imports. */
  readonly imports: readonly string[];
}

/** The files of some services with all that they need, found by name or by what they declare. */
export class Descriptors {
  readonly #files = new Map<string, DescribedFile>();
  /** The file of each symbol, by its full name. */
  readonly #declaring = new Map<string, DescribedFile>();
  readonly #messages = new Set<string>();

  constructor(services: readonly DescService[]) {
    for (const { file } of services) this.#add(file);
  }

  byName(name: string): DescribedFile | undefined {
    return this.#files.get(name);
  }

  bySymbol(symbol: string): DescribedFile | undefined {
    return this.#declaring.get(symbol);
  }

  hasMessage(typeName: string): boolean {
    return this.#messages.has(typeName);
  }

  /** The file, and all that it needs: each after the one that needs it first. */
  withImports(file: DescribedFile): readonly DescribedFile[] {
    const found = new Set([file]);
    // A set that grows while it is gone through hands out what was added, too.
    for (const { imports } of found) {
      for (const name of imports) {
        const needed = this.#files.get(name);
        if (needed) found.add(needed);
      }
    }
    return [...found];
  }

  #add(file: DescFile): void {
    const { proto, dependencies } = file;
    if (this.#files.has(proto.name)) return;
    const described: DescribedFile = {
      name: proto.name,
      bytes: toBinary(FileDescriptorProtoSchema, proto),
      imports: proto.dependency,
    };
    this.#files.set(proto.name, described);
    for (const symbol of this.#symbolsOf(file)) this.#declaring.set(symbol, described);
    for (const needed of dependencies) this.#add(needed);
  }

  *#symbolsOf(file: DescFile): Generator<string> {
    for (const type of nestedTypes(file)) {
      yield type.typeName;
      switch (type.kind) {
        case "message":
          this.#messages.add(type.typeName);
          for (const { name } of [...type.fields, ...type.oneofs]) yield `${type.typeName}.${name}`;
          break;
        case "enum": {
          // As in C++, its values are named beside it, not within it.
          const around = type.typeName.slice(0, -type.name.length);
          for (const { name } of type.values) yield around + name;
          break;
        }
        case "service":
          for (const { name } of type.methods) yield `${type.typeName}.${name}`;
      }
    }
  }
}
