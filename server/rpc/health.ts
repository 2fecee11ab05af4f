import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { type Health, HealthCheckResponse_ServingStatus } from "../../proto/gen/grpc/health/v1/health_pb.ts";
import { onAbort } from "../calls/abort.ts";
import { Admission } from "../calls/admission.ts";
import type { WatchLimits } from "../calls/limits.ts";
import { abortedError, callOf } from "../edge/call.ts";

export interface HealthOptions {
  /** Full names of the services on the port that asks this. */
  readonly services: readonly string[];
  /** Aborts when the server has been told to leave, before it refuses anything. */
  readonly leaving: AbortSignal;
  readonly watchLimits: WatchLimits;
}

const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus;

/** gRPC's health checking protocol, for balancers and probes: a TCP check does not see a frozen process. */
export function health({ services, leaving, watchLimits }: HealthOptions): ServiceImpl<typeof Health> {
  const known = new Set(["", ...services]);
  const { maximumWatchersPerClient: perClient, maximumWatchers: inAll } = watchLimits;
  const admission = new Admission({ of: "watchers", perClient, inAll, waiting: 0 });
  const status = () => (leaving.aborted ? NOT_SERVING : SERVING);
  return {
    check({ service }) {
      if (known.has(service)) return { status: status() };
      throw new ConnectError(
        `There is no service "${service}" on this port. Ask for one of its services, or for "", the whole server.`,
        Code.NotFound,
      );
    },

    list() {
      return { statuses: Object.fromEntries([...known].map((service) => [service, { status: status() }])) };
    },

    async *watch({ service }, context) {
      const { signal, responseHeader } = context;
      const call = callOf(context);
      const place = admission.enter(call.client);
      const change = Promise.withResolvers<void>();
      const over = Promise.withResolvers<void>();
      const forgetLeaving = onAbort(leaving, () => change.resolve());
      // The signal alone must do: a generator whose reader vanishes never resumes.
      onAbort(signal, () => {
        forgetLeaving();
        place.leave();
        change.resolve();
        over.resolve();
      });
      call.sendHeaders(responseHeader);
      if (known.has(service)) {
        const first = status();
        yield { status: first };
        await change.promise;
        if (status() !== first) yield { status: status() };
      } else {
        yield { status: SERVICE_UNKNOWN };
      }
      await over.promise;
      throw abortedError(signal);
    },
  };
}
