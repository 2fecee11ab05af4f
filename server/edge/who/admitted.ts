import type { IncomingMessage, ServerResponse } from "node:http";
import { Health } from "../../../proto/gen/grpc/health/v1/health_pb.ts";
import { refuseCall } from "../refuse-call.ts";
import type { Identity } from "./identity.ts";

/** What balancers and probes ask, which have no token. */
const openServices: ReadonlySet<string> = new Set([Health.typeName]);

const unauthenticated = { grpcStatus: 16, httpStatus: 401, code: "unauthenticated" } as const;

/** Whether a caller may call a service. */
export function mayCall({ isAdmitted }: Identity, service: string): boolean {
  return isAdmitted || openServices.has(service);
}

/** Says that a token is needed: in the same words whether there was none, or a wrong one. */
export function askForToken(request: IncomingMessage, response: ServerResponse): void {
  refuseCall(
    request,
    response,
    unauthenticated,
    "Cannot answer without a valid token. Send it in the header authorization, as Bearer and the token.",
  );
}
