import { effect } from "@preact/signals";
import type { Announcer } from "../../store/announcer.ts";
import type { Store } from "../../store/store.ts";
import { focusView } from "../parts/focus.ts";
import { words } from "../parts/language.ts";

/** Says once when the server is not reached any more, and once when it is again. The countdown is only shown. */
export function announceConnection({ connection }: Store, announcer: Announcer): void {
  let wasLost = false;
  effect(() => {
    const { kind } = connection.value;
    const isLost = kind === "lost";
    if (isLost === wasLost) return;
    wasLost = isLost;
    // The banner goes away and takes its button, which may have the focus, with it.
    if (!isLost && document.activeElement?.closest(".banner")) focusView();
    announcer.announce(() => words.peek().connections[isLost ? "lost" : "back"], "connection");
  });
}
