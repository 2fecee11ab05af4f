import { type ActivityListener, type ActivityWatch, watchActivity } from "./activity-watch.ts";
import type { Clients } from "./clients.ts";
import { browserLocks } from "./locks.ts";
import { shareActivity } from "./shared-activity.ts";

/** The server's activity: a stream of this tab's own, or one for all tabs where connections are few. */
export function openActivity(
  client: Clients["activity"],
  listener: ActivityListener,
  { shared }: { readonly shared: boolean },
): ActivityWatch {
  const open = (to: ActivityListener) => watchActivity(client, to);
  const locks = browserLocks();
  if (!shared || locks === undefined) return open(listener);
  return shareActivity(open, listener, { locks, isHidden: () => document.hidden });
}
