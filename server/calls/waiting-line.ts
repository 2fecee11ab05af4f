/** A client as the line sees it. */
export interface LineClient<T> {
  readonly running: ReadonlySet<T>;
  /** In the order in which they came. */
  readonly waiting: ReadonlySet<T>;
}

interface Waiting<T> {
  readonly client: LineClient<T>;
  /** Counts all that ever came. */
  readonly arrival: number;
}

/**
 * The one that goes first: of the client that has the fewest running, and among
 * such clients the one that came first. So nobody waits behind the many calls
 * of somebody else.
 */
export function firstInLine<T extends Waiting<T>>(clients: Iterable<LineClient<T>>): T | undefined {
  let first: T | undefined;
  for (const { waiting } of clients) {
    const next = waiting.values().next().value;
    if (next && (!first || compare(key(next, 0), key(first, 0)) < 0)) first = next;
  }
  return first;
}

/**
 * How many go before each, if nobody new comes and nobody leaves the line: a
 * client's second goes as if its first were running already.
 */
export function aheadOfEach<T extends Waiting<T>>(
  clients: Iterable<LineClient<T>>,
): ReadonlyMap<unknown, number> {
  const keys = [...clients].flatMap(({ waiting }) => [...waiting].map((call, rank) => key(call, rank)));
  return new Map(keys.sort(compare).map(({ call }, ahead) => [call, ahead]));
}

interface Key<T> {
  readonly call: T;
  readonly running: number;
  readonly arrival: number;
}

function key<T extends Waiting<T>>(call: T, rank: number): Key<T> {
  return { call, running: call.client.running.size + rank, arrival: call.arrival };
}

function compare(a: Key<unknown>, b: Key<unknown>): number {
  return a.running - b.running || a.arrival - b.arrival;
}
