import type { Identity } from "../../server/edge/who/identity.ts";

/** Somebody who may call, and is known by an address. */
export function addressed(client: string): Identity {
  return { client, owner: client, name: "", limits: {}, isAdmitted: true, token: undefined };
}
