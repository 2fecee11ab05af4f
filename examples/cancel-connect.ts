// Cancels a search in mid-call, in Node with Connect over gRPC, and reads the
// server's proof.
//
// Needs: npm install
//
//     npx node examples/cancel-connect.ts localhost:50051
//
// It shows that the signal is the way to cancel: leaving the `for await` loop
// would leave the call running. The error has the code Canceled, made on this side
// without asking the server, whose word is asked in a second call.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { HashFinder } from "../proto/gen/hash_name/hash_name_pb.ts";
import { EndingSchema, SearchReportService } from "../proto/gen/hash_name/v1/search_report_pb.ts";

const transport = createGrpcTransport({ baseUrl: `http://${process.argv[2] ?? "localhost:50051"}` });
const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
console.log(
  `Client   @connectrpc/connect-node ${dependencies["@connectrpc/connect-node"]}, Node ${process.versions.node}`,
);
const searchId = randomUUID();
console.log(`Search   ${searchId}`);

const controller = new AbortController();
try {
  const matches = createClient(HashFinder, transport).findRange(
    {
      desiredName: "cancellation", // is never found in our time,
      interestingHammingDistance: 6, // but half of it in every 70,000th hash
      searchId,
    },
    { signal: controller.signal },
  );
  // The first match shows that the search runs.
  for await (const _match of matches) controller.abort();
  console.log("Saw      OK");
} catch (error) {
  const { code, rawMessage } = ConnectError.from(error);
  console.log(`Saw      ${Code[code]}: ${rawMessage}`);
}

// The answer comes when every worker of the search is idle.
const reports = createClient(SearchReportService, transport);
const { report } = await reports.getSearchReport({ searchId }, { timeoutMs: 10_000 });
if (!report?.endingSeenAfter || !report.workersIdleAfter)
  throw new Error("the server answered without a report");
const [seen, idle] = [report.endingSeenAfter, report.workersIdleAfter].map(({ seconds, nanos }) =>
  (Number(seconds) * 1e3 + nanos / 1e6).toFixed(3),
);
console.log(`Server   ${EndingSchema.value[report.ending]?.name}, seen after ${seen} ms`);
console.log(
  `Proof    ${report.hashesAfterEnding} hashes after it, ${report.workersIdle} of ${report.workersUsed} workers idle after ${idle} ms`,
);
