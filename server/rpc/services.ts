import type { ConnectRouter } from "@connectrpc/connect";
import type { Logger } from "pino";
import { Health } from "../../proto/gen/grpc/health/v1/health_pb.ts";
import { HashFinder } from "../../proto/gen/hash_name/hash_name_pb.ts";
import { ActivityService } from "../../proto/gen/hash_name/v1/activity_pb.ts";
import { LabService } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import { SearchReportService } from "../../proto/gen/hash_name/v1/search_report_pb.ts";
import { Message } from "../../proto/gen/message_pb.ts";
import type { WatchLimits } from "../calls/limits.ts";
import type { Lab } from "../lab/lab.ts";
import type { Quotas } from "../quotas/quotas.ts";
import type { Searches } from "../search/searches.ts";
import type { Streams } from "../streams/streams.ts";
import { activity } from "./activity.ts";
import { hashFinder } from "./hash-finder.ts";
import { health } from "./health.ts";
import { keyedStreams } from "./keyed-streams.ts";
import { labService, noLab } from "./lab.ts";
import { reflection, reflectionServices } from "./reflection.ts";
import { searchReports } from "./search-reports.ts";

export interface ServicesOptions {
  readonly searches: Searches;
  readonly streams: Streams;
  readonly quotas: Quotas;
  readonly watchLimits: WatchLimits;
  /** Another value for every run of the server. */
  readonly serverInstance: string;
  /** What the workers are good for together, as measured at the start; 0: not measured. */
  readonly expectedHashesPerSecond: number;
  /** Aborts when the server has been told to leave, before it refuses anything. */
  readonly leaving: AbortSignal;
  /** Undefined where there is none. */
  readonly lab: Lab | undefined;
  readonly log: Logger;
}

/** Every service that the server has. */
export function services(options: ServicesOptions): (router: ConnectRouter) => void {
  const { searches, streams, quotas, serverInstance, leaving, watchLimits, lab, log } = options;
  const named = [HashFinder, SearchReportService, ActivityService, Message, ...(lab ? [LabService] : [])];
  const [reflectionV1, reflectionV1Alpha] = reflectionServices;
  const described = [...named, Health, reflectionV1, reflectionV1Alpha];
  return (router) => {
    router.service(HashFinder, hashFinder(searches, quotas, log));
    router.service(SearchReportService, searchReports(searches, serverInstance, log));
    router.service(ActivityService, activity(options));
    router.service(Message, keyedStreams(streams, log));
    router.service(LabService, lab ? labService(lab, serverInstance) : noLab());
    router.service(Health, health({ services: named.map(({ typeName }) => typeName), leaving, watchLimits }));
    const { v1, v1alpha } = reflection({ services: described, leaving });
    router.service(reflectionV1, v1);
    router.service(reflectionV1Alpha, v1alpha);
  };
}
