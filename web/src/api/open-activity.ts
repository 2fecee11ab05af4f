import { onAccount, ownAccount } from "./account.ts";
import { type ActivityListener, type ActivityWatch, watchActivity } from "./activity-watch.ts";
import type { Clients } from "./clients.ts";
import { browserLocks } from "./locks.ts";
import { shareActivity } from "./shared-activity.ts";

/**
 * The server's activity: a stream of this tab's own, or where connections are few one
 * for all tabs of the same person. It is another one for another person.
 */
export function openActivity(
  client: Clients["activity"],
  listener: ActivityListener,
  { shared }: { readonly shared: boolean },
): ActivityWatch {
  const open = (to: ActivityListener) => watchActivity(client, to);
  let ids: readonly string[] = [];
  let own = ownAccount();
  let watch = begin();
  onAccount(() => {
    if (own === ownAccount()) return;
    own = ownAccount();
    watch.close();
    watch = begin();
    watch.follow(ids);
  });

  function begin(): ActivityWatch {
    const locks = browserLocks();
    if (!shared || locks === undefined) return open(listener);
    const who = own?.name ?? "";
    return shareActivity(open, listener, { locks, who, isHidden: () => document.hidden });
  }

  return {
    follow(next) {
      ids = next;
      watch.follow(next);
    },
    tryNow: () => watch.tryNow(),
    close: () => watch.close(),
  };
}
