import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { HopSchema } from "../../proto/gen/hash_name/v1/hop_pb.ts";
import {
  type ScanRange,
  type ScanRequest,
  type ScanResponse,
  ScanResponseSchema,
  type ScanService,
} from "../../proto/gen/hash_name/v1/scan_pb.ts";
import { candidateSpace, violations } from "../../proto/rules.ts";
import { scanContractVersion, scanMatchesBytes, scanProgressMs } from "../../proto/scan-contract.ts";
import { onAbort } from "../calls/abort.ts";
import { refuseAborted } from "../edge/call.ts";
import type { PackedMatches } from "../matches/packed-matches.ts";
import type { RangeEnd, RangeOrder, RangeScan } from "../scans/range-scan.ts";
import type { Scanner } from "../scans/scanner.ts";
import { carriedBy } from "../tracing/carried.ts";
import { shutdownError } from "./errors.ts";
import { duration, hopMessage } from "./messages.ts";

/** Who this server is, for those that it computes for. */
export interface ScannerIdentity {
  readonly serverInstance: string;
  readonly serverName: string;
  readonly expectedHashesPerSecond: number;
  /** Of the servers that it computes through itself. */
  readonly upstreamInstances: () => readonly string[];
  /** Aborts when the server leaves: ranges under way are handed back, new ones refused. */
  readonly leaving: AbortSignal;
}

const longestCount = 2n ** 32n;

// Twice as often as it must be told. A message costs processor time on both sides,
// and after each slice of 8 ms there would be 125 a second for each seat. Told
// less often, what was computed before a Stop would count as computed after it.
const progressMs = scanProgressMs / 2;

/** The server as a worker of other servers. */
export function scans(
  scanner: Scanner,
  { serverInstance, serverName, expectedHashesPerSecond, upstreamInstances, leaving }: ScannerIdentity,
): ServiceImpl<typeof ScanService> {
  return {
    getScanner({ contractVersion, path }) {
      refuseStranger(contractVersion, path);
      return {
        contractVersion: scanContractVersion,
        serverInstance,
        serverName,
        seats: scanner.seats,
        expectedHashesPerSecond,
        instances: [serverInstance, ...upstreamInstances()],
      };
    },

    async *scan(requests, { signal, requestHeader }) {
      const asked = requests[Symbol.asyncIterator]();
      const range = rangeIn(await asked.next());
      refuseStranger(range.contractVersion, range.path);
      const trace = carriedBy(requestHeader);
      const scan = scanner.scan({ ...orderOf(range), ...(trace && { trace }) });
      refuseAborted(signal);
      // Its end is said as every other: what was tried is not tried again elsewhere.
      const letGo = onAbort(leaving, () => scan.interrupt());
      // The signal alone must do: a generator whose reader vanishes never resumes.
      onAbort(signal, () => {
        letGo();
        scan.interrupt();
      });
      void interruptWhenAsked(asked, scan);
      scan.begin();
      yield said({
        case: "accepted",
        value: { contractVersion: scanContractVersion, serverInstance, serverName },
      });
      for (let end: RangeEnd | undefined; !end; ) {
        await scan.news(progressMs);
        refuseAborted(signal);
        end = scan.end;
        for (const matches of scan.take()) yield* saidMatches(matches);
        if (end) yield ended(end);
        else yield said({ case: "progress", value: { tried: BigInt(scan.tried) } });
      }
    },
  };

  function refuseStranger(contractVersion: number, path: readonly string[]): void {
    if (leaving.aborted) throw shutdownError();
    if (contractVersion !== scanContractVersion) {
      throw new ConnectError(
        `This server speaks version ${scanContractVersion} of the scan contract, the caller version ${contractVersion}. Run the same release on both.`,
        Code.FailedPrecondition,
      );
    }
    if (path.includes(serverInstance)) {
      throw new ConnectError(
        "This server would compute for itself: its upstreams lead back to it. Take the loop out of --upstream.",
        Code.FailedPrecondition,
      );
    }
  }
}

type Said = NonNullable<Parameters<typeof create<typeof ScanResponseSchema>>[1]>["response"];

function said(response: Exclude<Said, undefined>): ScanResponse {
  return create(ScanResponseSchema, { response });
}

/** Also when the caller says no more: then the call's own end interrupts. */
async function interruptWhenAsked(asked: AsyncIterator<ScanRequest>, scan: RangeScan): Promise<void> {
  try {
    for (let next = await asked.next(); !next.done; next = await asked.next()) {
      if (next.value.request.case === "interrupt") scan.interrupt();
    }
  } catch {
    // The call has ended; its signal says so too.
  }
}

function rangeIn(first: IteratorResult<ScanRequest>): ScanRange {
  const request = first.done ? undefined : first.value.request;
  if (request?.case === "range") return request.value;
  throw new ConnectError("The first message of a scan must be its range.", Code.InvalidArgument);
}

/** @throws ConnectError INVALID_ARGUMENT */
function orderOf(range: ScanRange): RangeOrder {
  const {
    desiredName: name,
    idealHammingDistance,
    listedHammingDistance,
    startIndex,
    count,
    client,
    path,
  } = range;
  const broken = violations({
    desiredName: name,
    idealHammingDistance: Math.max(0, idealHammingDistance),
    interestingHammingDistance: listedHammingDistance,
    searchId: "",
    startIndex,
  });
  const isRange = count > 0n && count < longestCount && startIndex + count <= candidateSpace;
  if (broken.length > 0 || !isRange || listedHammingDistance < idealHammingDistance) {
    throw new ConnectError(
      "The range is none: the rules are those of a search, and it has 1 to 2^32 - 1 candidates.",
      Code.InvalidArgument,
    );
  }
  return {
    name,
    idealDistance: idealHammingDistance,
    listedDistance: listedHammingDistance,
    start: startIndex,
    count: Number(count),
    client,
    path,
  };
}

/** In messages of bounded size, each of whole frames. */
function* saidMatches({ frames, ends, count }: PackedMatches): Generator<ScanResponse> {
  let from = 0;
  for (let row = 0; row < count; row++) {
    const to = ends[row] as number;
    const next = ends[row + 1] ?? Number.POSITIVE_INFINITY;
    if (next - from <= scanMatchesBytes) continue;
    yield said({ case: "matches", value: { frames: frames.subarray(from, to) } });
    from = to;
  }
}

function ended({
  tried,
  tookMs,
  interruptSeenAfterMs,
  idleAfterMs,
  hashesAfterInterrupt,
  hops,
}: RangeEnd): ScanResponse {
  return said({
    case: "ended",
    value: {
      tried: BigInt(tried),
      took: duration(tookMs),
      ...(interruptSeenAfterMs !== undefined && { interruptSeenAfter: duration(interruptSeenAfterMs) }),
      ...(idleAfterMs !== undefined && { idleAfter: duration(idleAfterMs) }),
      hashesAfterInterrupt: BigInt(hashesAfterInterrupt),
      hops: hops.map((hop) => create(HopSchema, hopMessage(hop))),
    },
  });
}
