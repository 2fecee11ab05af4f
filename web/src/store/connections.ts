import { browserLocks } from "../api/locks.ts";
import type { Connections } from "../session/connections.ts";
import { ownConnections, sharedConnections } from "./few-connections.ts";

// HTTP/1.1 gives a browser six connections to an origin, over all its tabs. One
// is the activity stream's and one must stay free for pages and reports, so that
// the next tab loads and a Stop can be confirmed.
const connectionsOverHttp1 = 4;

/** Whether the page came over HTTP/2 or later, which sets no limit that matters here. */
export function isMultiplexed(): boolean {
  const [navigation] = performance.getEntriesByType("navigation");
  const protocol = navigation instanceof PerformanceNavigationTiming ? navigation.nextHopProtocol : "";
  return /^h[23]/.test(protocol);
}

/** The connections for calls that stay open; undefined where there is no limit. */
export function callConnections(): Connections | undefined {
  if (isMultiplexed()) return undefined;
  const locks = browserLocks();
  return locks === undefined
    ? ownConnections(connectionsOverHttp1)
    : sharedConnections(locks, connectionsOverHttp1);
}
