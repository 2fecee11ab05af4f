import type { Store } from "../../store/store.ts";
import { words } from "../parts/language.ts";

/** What works and what does not, on a page that has never heard from the server. */
export function OfflineNote({ store }: { readonly store: Pick<Store, "connection" | "activity"> }) {
  const isOffline = store.connection.value.kind === "lost" && store.activity.value === undefined;
  return isOffline && <p class="offline">{words.value.server.offline}</p>;
}
