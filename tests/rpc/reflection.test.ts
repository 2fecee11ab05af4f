import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type Client, status } from "@grpc/grpc-js";
import { clientFrom, type Reflected, ReflectionClient } from "../support/reflected.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";
import { tokenFile } from "../support/token-file.ts";
import { until } from "../support/until.ts";

const usual = [
  "Message",
  "grpc.health.v1.Health",
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
  "hash_name.HashFinder",
  "hash_name.v1.ActivityService",
  "hash_name.v1.SearchReportService",
];

describe("server reflection", () => {
  let server: TestServer;
  let clients: { close(): void }[] = [];
  const kept = <C extends { close(): void }>(client: C): C => {
    clients.push(client);
    return client;
  };
  before(async () => {
    // Behind a proxy, so that the lab is closed.
    server = await startServer({ args: ["--workers", "1", "--trusted-proxies", "127.0.0.1"] });
  });
  after(() => stopCleanly(server));
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });

  for (const version of ["v1", "v1alpha"] as const) {
    test(`${version} tells a client all that it needs for Find, which has no file of the server`, async () => {
      const client = kept(new ReflectionClient(server.grpcUrl, version));
      const [listed] = await client.ask({ list_services: "" });
      assert.deepEqual(servicesIn(listed), usual);
      const [told] = await client.ask({ file_containing_symbol: "hash_name.HashFinder" });
      const finder = kept(clientFrom(filesIn(told), "hash_name.HashFinder", server.grpcUrl)) as Client &
        Finder;
      const { promise, resolve, reject } = Promise.withResolvers<{ readonly hashed_name: string }>();
      finder.Find({ desired_name: "wor", ideal_hamming_distance: 1 }, (error, answer) =>
        answer ? resolve(answer) : reject(error),
      );
      assert.match((await promise).hashed_name, /^[\w+/]{27}=$/);
    });
  }

  test("tells of every service and all files that it needs, none twice on a stream", async () => {
    const client = kept(new ReflectionClient(server.grpcUrl, "v1"));
    const told = await client.ask(...usual.map((name) => ({ file_containing_symbol: name })));
    const seen = new Set<string>();
    for (const [at, answer] of told.entries()) {
      const files = filesIn(answer).map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
      const [first] = files;
      const services = first?.service.map(({ name }) => [first.package, name].filter(Boolean).join("."));
      assert.ok(services?.includes(usual[at] ?? ""), `${services} instead of ${usual[at]}`);
      for (const { name } of files) {
        assert.ok(!seen.has(name), `${name} comes twice`);
        seen.add(name);
      }
      for (const needed of files.flatMap(({ dependency }) => dependency)) {
        assert.ok(seen.has(needed), `${needed} is missing`);
      }
    }
    assert.ok(seen.has("google/protobuf/duration.proto"));
    // What is asked for itself comes again, as from gRPC's own servers.
    const again = { file_by_filename: "hash_name/hash_name.proto" };
    const [once, twice] = await client.ask(again, again);
    assert.deepEqual([filesIn(once).length, filesIn(twice).length], [1, 1]);
  });

  test("finds the file of a method, a field, a nested name, an enum and its value", async () => {
    const client = kept(new ReflectionClient(server.grpcUrl, "v1"));
    for (const [symbol, file] of [
      ["hash_name.HashFinder.Find", "hash_name/hash_name.proto"],
      ["hash_name.HashNameRequest", "hash_name/hash_name.proto"],
      ["hash_name.HashNameRequest.desired_name", "hash_name/hash_name.proto"],
      ["hash_name.v1.Ending", "hash_name/v1/search_report.proto"],
      ["hash_name.v1.ENDING_CANCELLED", "hash_name/v1/search_report.proto"],
      ["grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"],
      ["grpc.health.v1.HealthCheckResponse.SERVING", "grpc/health/v1/health.proto"],
      ["grpc.reflection.v1.ServerReflectionRequest.message_request", "grpc/reflection/v1/reflection.proto"],
      ["Message", "message.proto"],
      ["google.protobuf.Duration.nanos", "google/protobuf/duration.proto"],
    ] as const) {
      const [told] = await client.ask({ file_containing_symbol: symbol });
      const [bytes = Buffer.alloc(0)] = filesIn(told);
      assert.equal(fromBinary(FileDescriptorProtoSchema, bytes).name, file, symbol);
    }
  });

  test("says NOT_FOUND of what is not there, and goes on", async () => {
    const client = kept(new ReflectionClient(server.grpcUrl, "v1"));
    const told = await client.ask(
      { file_by_filename: "hash_name/nothing.proto" },
      { file_containing_symbol: "hash_name.Nothing" },
      { file_containing_symbol: "" },
      { file_containing_extension: { containing_type: "hash_name.HashNameRequest", extension_number: 100 } },
      { all_extension_numbers_of_type: "hash_name.Nothing" },
    );
    assert.deepEqual(
      told.map(({ error_response: error }) => error?.error_code),
      Array(5).fill(status.NOT_FOUND),
    );
    assert.match(told[0]?.error_response?.error_message ?? "", /no hash_name\/nothing\.proto/);
    const [numbers, nothing] = await client.ask(
      { all_extension_numbers_of_type: "hash_name.HashNameRequest" },
      { host: "asks for nothing" },
    );
    const known = { base_type_name: "hash_name.HashNameRequest", extension_number: [] };
    assert.deepEqual(numbers?.all_extension_numbers_response, known);
    assert.equal(nothing?.error_response?.error_code, status.INVALID_ARGUMENT);
  });

  test("tells of the lab where it is open, and nowhere else", async () => {
    const asked = { file_containing_symbol: "hash_name.v1.LabService" };
    const file = { file_by_filename: "hash_name/v1/lab.proto" };
    const closed = kept(new ReflectionClient(server.grpcUrl, "v1"));
    for (const { error_response } of await closed.ask(asked, file)) {
      assert.equal(error_response?.error_code, status.NOT_FOUND);
    }
    const open = await startServer({ args: ["--workers", "1", "--trusted-proxies", "127.0.0.1", "--lab"] });
    const client = new ReflectionClient(open.grpcUrl, "v1");
    const [listed, told] = await client.ask({ list_services: "" }, asked);
    assert.deepEqual(servicesIn(listed), [...usual, "hash_name.v1.LabService"].sort());
    assert.ok(filesIn(told).length > 0);
    client.close();
    await stopCleanly(open);
  });

  test("asks for a token where the other services do", async () => {
    const tokens = tokenFile("ann");
    const guarded = await startServer({ args: ["--workers", "1", "--token-file", tokens.path] });
    const stranger = kept(new ReflectionClient(guarded.grpcUrl, "v1"));
    await assert.rejects(stranger.ask({ list_services: "" }), { code: status.UNAUTHENTICATED });
    const known = kept(new ReflectionClient(guarded.grpcUrl, "v1", tokens.header("ann")));
    const [listed] = await known.ask({ list_services: "" });
    assert.ok(servicesIn(listed).includes("hash_name.HashFinder"));
    tokens.remove();
    await guarded.stop();
  });

  test("ends a stream that is open when the server is told to leave, and begins no other", async () => {
    const leaving = await startServer({ args: ["--workers", "1", "--drain-seconds", "2"] });
    const client = kept(new ReflectionClient(leaving.grpcUrl, "v1"));
    const answers: Reflected[] = [];
    const { promise: ended, resolve } = Promise.withResolvers<{ code: number; details: string }>();
    const stream = client
      .open()
      .on("data", (answer) => void answers.push(answer))
      .on("error", resolve);
    stream.write({ list_services: "" });
    await until(() => answers.length === 1);
    leaving.signal();
    const { code, details } = await ended;
    assert.deepEqual(
      [code, details],
      [status.UNAVAILABLE, "The server is shutting down. Try again in a moment."],
    );
    // Not with the shutdown, which closes the ports.
    assert.equal((await fetch(`${leaving.url}/readyz`)).status, 503);
    const refused = client.ask({ list_services: "" });
    await assert.rejects(refused, { code: status.UNAVAILABLE });
    assert.equal(await leaving.ended(), 0);
  });

  test("refuses a message that is too large, and a client's seventeenth stream, until others have ended", async () => {
    const client = kept(new ReflectionClient(server.grpcUrl, "v1"));
    await assert.rejects(client.ask({ file_by_filename: "x".repeat(20_000) }), {
      code: status.RESOURCE_EXHAUSTED,
    });
    const open = Array.from({ length: 16 }, () => client.open().on("error", () => {}));
    await Promise.all(
      open.map((stream) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        stream.on("data", () => resolve());
        stream.write({ list_services: "" });
        return promise;
      }),
    );
    await assert.rejects(client.ask({ list_services: "" }), { code: status.RESOURCE_EXHAUSTED });
    for (const stream of open) stream.cancel();
    // The server hears of it a moment after this client.
    for (let isIn = false; !isIn; ) {
      isIn = await client.ask({ list_services: "" }).then(
        () => true,
        () => false,
      );
    }
  });
});

interface Finder {
  Find(
    request: Readonly<Record<string, unknown>>,
    done: (error: Error | null, answer?: { readonly hashed_name: string }) => void,
  ): void;
}

function servicesIn(answer: Reflected | undefined): readonly string[] {
  return answer?.list_services_response?.service.map(({ name }) => name) ?? [];
}

function filesIn(answer: Reflected | undefined): readonly Buffer[] {
  assert.equal(answer?.message_response, "file_descriptor_response", JSON.stringify(answer));
  return answer?.file_descriptor_response?.file_descriptor_proto ?? [];
}
