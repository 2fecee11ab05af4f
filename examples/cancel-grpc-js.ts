// Cancels a search in mid-call, in Node with gRPC's own @grpc/grpc-js, and reads
// the server's proof.
//
// Needs: npm install
//
//     npx node examples/cancel-grpc-js.ts localhost:50051
//
// It shows that `call.cancel()` emits an `error` with the code CANCELLED, made on
// this side without asking the server. A stream without a listener for `error`
// throws it instead. What the server did is asked in a second call.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { HashNameRequestSchema, HashNameResponseSchema } from "../proto/gen/hash_name/hash_name_pb.ts";
import {
  EndingSchema,
  GetSearchReportRequestSchema,
  type GetSearchReportResponse,
  GetSearchReportResponseSchema,
} from "../proto/gen/hash_name/v1/search_report_pb.ts";

const client = new Client(process.argv[2] ?? "localhost:50051", credentials.createInsecure());
const { devDependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
console.log(`Client   @grpc/grpc-js ${devDependencies["@grpc/grpc-js"]}, Node ${process.versions.node}`);
const searchId = randomUUID();
console.log(`Search   ${searchId}`);

const call = client.makeServerStreamRequest(
  "/hash_name.HashFinder/FindRange",
  encodes(HashNameRequestSchema),
  decodes(HashNameResponseSchema),
  create(HashNameRequestSchema, {
    desiredName: "cancellation", // is never found in our time,
    interestingHammingDistance: 6, // but half of it in every 70,000th hash
    searchId,
  }),
);
// The first match shows that the search runs.
call.on("data", () => call.cancel());
const ended = await new Promise<ServiceError | undefined>((resolve) => {
  call.on("error", resolve);
  call.on("end", () => resolve(undefined));
});
console.log(`Saw      ${ended ? `${status[ended.code]}: ${ended.details}` : "OK"}`);

const asked = new Promise<GetSearchReportResponse>((resolve, reject) => {
  client.makeUnaryRequest(
    "/hash_name.v1.SearchReportService/GetSearchReport",
    encodes(GetSearchReportRequestSchema),
    decodes(GetSearchReportResponseSchema),
    create(GetSearchReportRequestSchema, { searchId }),
    new Metadata(),
    { deadline: Date.now() + 10_000 },
    (error, answer) => (answer ? resolve(answer) : reject(error)),
  );
});
// The answer comes when every worker of the search is idle.
const { report } = await asked;
client.close();
if (!report?.endingSeenAfter || !report.workersIdleAfter)
  throw new Error("the server answered without a report");
const [seen, idle] = [report.endingSeenAfter, report.workersIdleAfter].map(({ seconds, nanos }) =>
  (Number(seconds) * 1e3 + nanos / 1e6).toFixed(3),
);
console.log(`Server   ${EndingSchema.value[report.ending]?.name}, seen after ${seen} ms`);
console.log(
  `Proof    ${report.hashesAfterEnding} hashes after it, ${report.workersIdle} of ${report.workersUsed} workers idle after ${idle} ms`,
);

function encodes<T extends DescMessage>(schema: T): (message: MessageShape<T>) => Buffer {
  return (message) => Buffer.from(toBinary(schema, message));
}

function decodes<T extends DescMessage>(schema: T): (bytes: Buffer) => MessageShape<T> {
  return (bytes) => fromBinary(schema, bytes);
}
