import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Logger } from "pino";
import { Health } from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import { callOf } from "../call.ts";

/** What balancers and probes ask, which have no token. */
const openServices: ReadonlySet<string> = new Set([Health.typeName]);

/** Refuses the calls of those who are not admitted, before anything of their bodies is read. */
export function refuseUnadmitted(log: Logger): (context: HandlerContext) => void {
  return (context) => {
    const { identity } = callOf(context);
    const { service, method } = context;
    if (identity.isAdmitted || openServices.has(service.typeName)) return;
    log.info(
      { client: identity.client, path: `/${service.typeName}/${method.name}` },
      "a call is refused: it has no token that is known",
    );
    // The same words for every wrong token, and for none.
    throw new ConnectError(
      "Cannot answer without a valid token. Send it in the header authorization, as Bearer and the token.",
      Code.Unauthenticated,
    );
  };
}
