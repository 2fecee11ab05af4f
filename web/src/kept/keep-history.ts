import { browserLocks } from "../api/locks.ts";
import type { Store } from "../store/store.ts";
import { createHistory, type History } from "./history.ts";
import { openDatabase } from "./indexed-db.ts";
import { otherTabs } from "./other-tabs.ts";

import { beOwner } from "./owner.ts";

/** The history of this browser: in its IndexedDB, over all its tabs. */
export function keepHistory(store: Store): History {
  return createHistory(store, {
    database: openDatabase(),
    owner: beOwner(browserLocks()),
    otherTabs: otherTabs(),
    onLeave: (leave) => addEventListener("pagehide", leave),
  });
}
