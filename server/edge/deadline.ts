// A timer of Node's that is longer fires at once: 24.8 days.
const longestTimerMs = 2 ** 31 - 1;

const unitMs = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 } as const;

/**
 * Shortens the deadlines that no timer can hold to the longest one that a timer
 * can: Connect would end such a call at once. What is no deadline is left for
 * Connect to refuse.
 */
export function shortenDeadlines(header: Headers): void {
  const grpc = /^(\d{1,8})([HMSmun])$/.exec(header.get("grpc-timeout") ?? "");
  const [, count, unit] = grpc ?? [];
  if (Number(count) * unitMs[unit as keyof typeof unitMs] > longestTimerMs) {
    // Its numbers have at most eight digits, so this is in seconds.
    header.set("grpc-timeout", `${Math.floor(longestTimerMs / 1000)}S`);
  }
  const connect = header.get("connect-timeout-ms") ?? "";
  if (/^\d{1,10}$/.test(connect) && Number(connect) > longestTimerMs) {
    header.set("connect-timeout-ms", String(longestTimerMs));
  }
}
