import { isAsked, untilToken } from "../api/account.ts";
import type { Connections } from "../session/connections.ts";

/** Has what a person starts wait for a token too, where the server asks for one: it is not sent before. */
export function afterToken(connections: Connections | undefined): Connections {
  return {
    async hold(signal, onWait) {
      if (isAsked()) {
        onWait();
        await untilToken(signal, true).catch(() => {});
      }
      return connections ? await connections.hold(signal, onWait) : !signal.aborted;
    },
  };
}
