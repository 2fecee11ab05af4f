import type { WorkRequest } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import type { Engine } from "../engine/engine.ts";
import type { Handling } from "./handling.ts";
import type { Serve } from "./loopback.ts";
import { passOn } from "./pass-on.ts";
import type { Rehearsals } from "./rehearsals.ts";
import type { ServersBehind } from "./servers-behind.ts";
import { work } from "./work.ts";

/** What the lab's handlers need. */
export interface Lab {
  readonly rehearsals: Rehearsals;
  /** Whose workers compute, as fairly shared as for searches. */
  readonly engine: Engine;
  /** Servers of this process, for rehearsals. */
  readonly serve: Serve;
  readonly serversBehind: ServersBehind;
}

/**
 * Does the work of a request here, or has it done by the servers behind this one.
 *
 * @returns what was done
 * @throws ConnectError when the call was aborted and its handler looks, or the rehearsal has ended
 */
export async function carryOut(request: WorkRequest, handling: Handling, lab: Lab): Promise<number> {
  return request.serversBehind > 0
    ? await passOn(request, handling, lab.serversBehind)
    : await work(request, handling, lab.engine);
}
