import { LabService } from "../proto/gen/hash_name/v1/lab_pb.ts";
import { callHandler } from "./edge/handler.ts";
import { http2Transport } from "./edge/transport/http2.ts";
import { identifyBy } from "./edge/who/identity.ts";
import type { Engine } from "./engine/engine.ts";
import type { Lab } from "./lab/lab.ts";
import { host, type Serve } from "./lab/loopback.ts";
import { Rehearsals } from "./lab/rehearsals.ts";
import { ServersBehind } from "./lab/servers-behind.ts";
import { rpcError, shutdownError } from "./rpc/errors.ts";
import { labCalls } from "./rpc/lab.ts";
import type { Telemetry } from "./telemetry.ts";

// As good as never: a rehearsal is over long before.
const noPingMs = 3_600_000;
// For GOAWAY to arrive where nobody waits for an answer any more.
const cutAfterMs = 100;
// For answers: a process that is kept from its processor for a moment must not
// find that the time for its last words has passed. It ends with the last of them.
const lastWordsMs = 1000;

export interface LabOptions {
  readonly telemetry: Pick<Telemetry, "log" | "rehearsalEnded">;
  readonly engine: Engine;
  readonly serverInstance: string;
}

/** The lab, with the servers that its rehearsals start in this process. */
export function labOf({ engine, serverInstance, telemetry }: LabOptions): Lab {
  const { log } = telemetry;
  const rehearsals = new Rehearsals((report) => telemetry.rehearsalEnded(report));
  const serve: Serve = (place, { pingEveryMs = noPingMs, admit }) => {
    const shutdown = new AbortController();
    const transport = http2Transport({
      handler: callHandler({
        routes: (router) => {
          const { work, count } = labCalls(lab, place, admit);
          if (work) router.rpc(LabService.method.work, work);
          if (count) router.rpc(LabService.method.count, count);
        },
        toRpcError: (error) => rpcError(error, serverInstance),
        shutdownSignal: shutdown.signal,
        identify: identifyBy({ trustedProxies: [] }),
        log,
        fallback: (_request, response) => response.writeHead(404).end(),
      }),
      log,
      maximumConnectionsPerClient: 0,
      clientOf: () => undefined,
      callerOf: () => place,
      pingEveryMs,
    });
    return {
      listen: async (port = 0) => {
        await transport.listen(host, port);
        return transport.port;
      },
      stop: async (graceMs) => {
        const tell = setTimeout(() => shutdown.abort(shutdownError()), graceMs);
        await transport.close(graceMs > 0 ? graceMs + lastWordsMs : cutAfterMs);
        clearTimeout(tell);
      },
    };
  };
  const lab: Lab = { rehearsals, engine, serve, serversBehind: new ServersBehind(serve) };
  return lab;
}
