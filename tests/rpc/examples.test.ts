import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, describe, test } from "node:test";
import type { Duration } from "@bufbuild/protobuf/wkt";
import { Ending, EndingSchema } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { untilIdle } from "../support/activity.ts";
import { nativeClients, reportOf } from "../support/clients.ts";
import { type Example, exampleIn, runExample } from "../support/examples.ts";
import { startServer, stopCleanly, type TestServer } from "../support/server.ts";

// By the command that finds out whether their tools are there.
const examples = [
  exampleIn("cancel.py", `python3 -c "import grpc, grpc_tools"`),
  exampleIn("cancel-grpc-js.ts", "true"),
  exampleIn("cancel-connect.ts", "true"),
  exampleIn(
    "cancel.go",
    "go version && which protoc protoc-gen-go protoc-gen-go-grpc && ls /usr/share/gocode/src/google.golang.org/grpc && test -d /usr/share/gocode/src/github.com/golang/protobuf/internal",
  ),
  exampleIn("cancel.cc", "which g++ protoc grpc_cpp_plugin && pkg-config --exists grpc++ protobuf"),
  exampleIn(
    "cancel.java",
    "which java javac protoc grpc_java_plugin && ls /usr/share/java/{grpc-netty,netty-codec-http2,perfmark-api}.jar",
  ),
];
// Compilers of C++, Go and Java take up to 15 s of a core, which others use as well.
const timeout = 120_000;

describe("a client in another language", () => {
  let server: TestServer;
  before(async () => {
    // A search that nobody cancels ends as well, with another cause.
    server = await startServer({
      args: ["--workers", "2", "--maximum-hashes", "0", "--maximum-seconds", "4"],
    });
  });
  after(async () => await stopCleanly(server));
  afterEach(async () => void (await untilIdle(server.url)));

  for (const example of examples) {
    const name = `examples/${example.file} cancels in mid-call, and prints the server's own proof`;
    test(name, { skip: example.missing, timeout }, async ({ signal }) => {
      const printed = await runExample(example, server.grpcUrl, signal);
      const { clients, saw } = observedOf(example);
      assert.equal(codeIn(printed.Saw), codeIn(saw));
      // Another version may say it in other words.
      if (clients.includes(printed.Client)) assert.equal(printed.Saw, saw);
      const report = await reportOf(nativeClients(server), printed.Search);
      assert.equal(report.ending, Ending.CANCELLED);
      assert.equal(report.workersIdle, report.workersUsed);
      assert.ok(report.hashesComputed > report.hashesAfterEnding);
      const ending = EndingSchema.value[report.ending]?.name;
      assert.equal(printed.Server, `${ending}, seen after ${milliseconds(report.endingSeenAfter)} ms`);
      assert.equal(
        printed.Proof,
        `${report.hashesAfterEnding} hashes after it, ${report.workersIdle} of ${report.workersUsed} workers idle after ${milliseconds(report.workersIdleAfter)} ms`,
      );
    });
  }
});

function milliseconds(duration: Duration | undefined): string {
  if (!duration) throw new Error("the report has no such time");
  return (Number(duration.seconds) * 1e3 + duration.nanos / 1e6).toFixed(3);
}

/** What docs/languages.json says that the example printed, and run with what. */
function observedOf({ file }: Example): { readonly clients: readonly string[]; readonly saw: string } {
  const { languages } = JSON.parse(
    readFileSync(new URL("../../docs/languages.json", import.meta.url), "utf8"),
  );
  const { observed } = languages.find(({ example }: { readonly example?: string }) => example === file);
  return observed;
}

function codeIn(saw: string): string | undefined {
  return /^(CANCELLED|Canceled): ./.exec(saw)?.[1] ?? assert.fail(`no cancel: ${saw}`);
}
