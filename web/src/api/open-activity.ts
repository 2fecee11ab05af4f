import { type ActivityListener, type ActivityWatch, watchActivity } from "./activity-watch.ts";
import type { Clients } from "./clients.ts";
import { shareActivity } from "./shared-activity.ts";

/** The server's activity: a stream of this tab's own, or one for all tabs where connections are few. */
export function openActivity(
  client: Clients["activity"],
  listener: ActivityListener,
  { shared }: { readonly shared: boolean },
): ActivityWatch {
  const open = (to: ActivityListener) => watchActivity(client, to);
  // Only secure contexts have locks, which the DOM's types do not say.
  const locks: LockManager | undefined = navigator.locks;
  return shared && locks !== undefined ? shareActivity(locks, open, listener) : open(listener);
}
