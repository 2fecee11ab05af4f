import { create } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import {
  type ScanRequest,
  type ScanResponse,
  ScanResponseSchema,
  type ScanService,
} from "../../proto/gen/hash_name/v1/scan_pb.ts";
import type { Said } from "./fake-scanner.ts";

/** A call of Scan that a test answers by hand. */
export interface FakeScan {
  readonly scanner: Client<typeof ScanService>;
  /** What the caller has said. */
  readonly requests: readonly ScanRequest[];
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
  say(...said: readonly Said[]): void;
  end(): void;
  fail(error: Error): void;
}

/** One call, without a connection. */
export function fakeScan(): FakeScan {
  const requests: ScanRequest[] = [];
  const said: (() => ScanResponse | undefined)[] = [];
  let options: { signal?: AbortSignal; timeoutMs?: number } = {};
  let wake = (): void => {};
  const push = (entry: () => ScanResponse | undefined): void => {
    said.push(entry);
    wake();
  };
  const scan = async function* (asked: AsyncIterable<ScanRequest>, given: typeof options) {
    options = given;
    void read(asked);
    const { signal } = given;
    signal?.addEventListener("abort", () => wake());
    for (;;) {
      if (signal?.aborted) throw new Error("the call was aborted");
      const entry = said.shift();
      if (!entry) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
        continue;
      }
      const response = entry();
      if (!response) return;
      yield response;
    }
  };
  return {
    scanner: { scan } as unknown as Client<typeof ScanService>,
    requests,
    get timeoutMs() {
      return options.timeoutMs;
    },
    get signal() {
      return options.signal;
    },
    say: (...messages) => {
      for (const message of messages) push(() => create(ScanResponseSchema, message));
    },
    end: () => push(() => undefined),
    fail: (error) =>
      push(() => {
        throw error;
      }),
  };

  async function read(asked: AsyncIterable<ScanRequest>): Promise<void> {
    for await (const request of asked) requests.push(request);
  }
}
