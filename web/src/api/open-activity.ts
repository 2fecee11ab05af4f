import { type ActivityListener, type ActivityWatch, watchActivity } from "./activity-watch.ts";
import type { Clients } from "./clients.ts";
import { shareActivity } from "./shared-activity.ts";

/** The server's activity: a stream of this tab's own, or where connections are few one for all tabs. */
export function openActivity(
  client: Clients["activity"],
  listener: ActivityListener,
  { shared }: { readonly shared: boolean },
): ActivityWatch {
  const open = (to: ActivityListener) => watchActivity(client, to);
  // Only secure contexts have locks, whatever the types say.
  const locks: LockManager | undefined = navigator.locks;
  return shared && locks !== undefined ? shareActivity(locks, open, listener) : open(listener);
}
