import { computed } from "@preact/signals";
import { browserLocks } from "../api/locks.ts";
import { account } from "../store/account.ts";
import type { Store } from "../store/store.ts";
import { createHistory, type History } from "./history.ts";
import { openDatabase } from "./indexed-db.ts";
import { ofPerson } from "./of-person.ts";
import { otherTabs } from "./other-tabs.ts";
import { beOwner } from "./owner.ts";

/** The history of this browser: in its IndexedDB, over all its tabs, for each person their own. */
export function keepHistory(store: Store): History {
  const person = computed(() => account.value?.name ?? "");
  return createHistory(store, {
    database: openDatabase().then((opened) => ofPerson(opened, () => person.peek())),
    person,
    owner: beOwner(browserLocks()),
    otherTabs: otherTabs(),
    onLeave: (leave) => addEventListener("pagehide", leave),
  });
}
