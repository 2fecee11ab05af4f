// HTTP/1.1 gives a browser six connections to an origin. One is the activity
// stream's and one must stay free so that a Stop can be confirmed.
const mostOverHttp1 = 4;

/** How many searches this tab may have open at once; HTTP/2 sets no such limit. */
export function mostSearches(): number {
  const [navigation] = performance.getEntriesByType("navigation");
  const protocol = navigation instanceof PerformanceNavigationTiming ? navigation.nextHopProtocol : "";
  return /^h[23]/.test(protocol) ? Number.POSITIVE_INFINITY : mostOverHttp1;
}
