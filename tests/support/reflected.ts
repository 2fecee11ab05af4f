import {
  type Client,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadFileDescriptorSetFromBuffer, loadSync } from "@grpc/proto-loader";

const options = { keepCase: true, longs: String, defaults: true, oneofs: true } as const;

/** What a server's reflection answers, as gRPC's own loader for Node reads it. */
export interface Reflected {
  readonly message_response: string;
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly all_extension_numbers_response?: {
    readonly base_type_name: string;
    readonly extension_number: readonly number[];
  };
  readonly error_response?: { readonly error_code: number; readonly error_message: string };
}

export type Asked = Readonly<Record<string, unknown>>;

interface ReflectionStream {
  write(asked: Asked): void;
  end(): void;
  cancel(): void;
  on(event: "data", listener: (answer: Reflected) => void): this;
  on(event: "error", listener: (error: Error & { code: number; details: string }) => void): this;
  on(event: "end", listener: () => void): this;
}

/** A client from outside this stack, of one version of the protocol. */
export class ReflectionClient {
  readonly #client: Client & { ServerReflectionInfo(metadata: Metadata): ReflectionStream };
  readonly #metadata = new Metadata();

  constructor(url: string, version: "v1" | "v1alpha", headers: Readonly<Record<string, string>> = {}) {
    for (const [name, value] of Object.entries(headers)) this.#metadata.set(name, value);
    const definition = loadSync(`proto/grpc/reflection/${version}/reflection.proto`, options);
    const made = serviceIn(loadPackageDefinition(definition), `grpc.reflection.${version}.ServerReflection`);
    this.#client = new made(new URL(url).host, credentials.createInsecure()) as never;
  }

  open(): ReflectionStream {
    return this.#client.ServerReflectionInfo(this.#metadata);
  }

  /** Asks all on one stream; its answers, in order, or its error. */
  async ask(...requests: readonly Asked[]): Promise<readonly Reflected[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Reflected[]>();
    const answers: Reflected[] = [];
    const stream = this.open()
      .on("data", (answer) => void answers.push(answer))
      .on("error", reject)
      .on("end", () => resolve(answers));
    for (const request of requests) stream.write(request);
    stream.end();
    return await promise;
  }

  close(): void {
    this.#client.close();
  }
}

/** A client of a service that is known by nothing but files that reflection told. */
export function clientFrom(files: readonly Buffer[], service: string, url: string): Client {
  // Of a FileDescriptorSet, the files are field 1.
  const set = Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a]), varint(file.length), file]));
  const made = serviceIn(loadPackageDefinition(loadFileDescriptorSetFromBuffer(set, options)), service);
  return new made(new URL(url).host, credentials.createInsecure());
}

function serviceIn(loaded: GrpcObject, name: string): ServiceClientConstructor {
  const at = name.split(".").reduce<unknown>((inside, part) => (inside as GrpcObject)[part], loaded);
  return at as ServiceClientConstructor;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  for (; left >= 128; left >>>= 7) bytes.push((left & 127) | 128);
  bytes.push(left);
  return Buffer.from(bytes);
}
