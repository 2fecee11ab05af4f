import { Counter, Gauge, type Registry } from "prom-client";
import type { ActiveCalls } from "./active-calls.ts";
import type { Sources } from "./sources.ts";

/** What of it is the metrics' own, too. */
type ReadSources = Sources & { readonly calls: ActiveCalls };

type Read = () => number;
type ReadEach = () => Iterable<readonly [label: string, value: number]>;

/** Registers what is read when somebody asks for the metrics. */
export function readAtScrape(registry: Registry, { version, kernel, ...read }: ReadSources): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: Read): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  const gauges = (name: string, help: string, label: string, read: ReadEach): void => {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [value, count] of read()) this.set({ [label]: value }, count);
      },
    });
  };
  const counter = (name: string, help: string, read: Read): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        // What is read is the whole count.
        this.reset();
        this.inc(read());
      },
    });
  };
  const { engine, searches, streams, loop, ports, calls } = read;
  const { maximumSearches, maximumWaiting } = searches.limits;
  new Gauge({
    name: "hash_finder_build_info",
    help: "1, with what runs: the version, its runtime and the kernel.",
    labelNames: ["version", "node", "kernel"],
    registers,
  }).set({ version, node: process.version, kernel }, 1);

  gauge("hash_finder_ready", "1 when /readyz says so, else 0.", () => Number(read.isReady()));
  counter(
    "hash_finder_hashes_total",
    "Candidates tried by all workers, for other servers too.",
    () => engine.hashes,
  );
  gauge("hash_finder_workers", "Threads, and seats of other servers.", () => engine.workers);
  gauge("hash_finder_workers_busy", "Of these, those that compute.", () => engine.busy);
  gauge("hash_finder_searches_running", "Searches that run.", () => searches.running());
  gauge("hash_finder_searches_waiting", "Searches that wait for a place to run.", () => searches.waiting);
  gauge("hash_finder_searches_running_limit", "How many may run; 0: any number.", () => maximumSearches);
  gauge("hash_finder_searches_waiting_limit", "How many may wait.", () => maximumWaiting);
  gauge("hash_finder_streams_open", "Keyed streams that are open.", () => streams.count());
  gauges("hash_finder_calls_active", "Calls under way, by method.", "method", () => calls.counts);
  gauges("hash_finder_connections", "Connections that are open, by port.", "port", () =>
    Object.entries(ports).map(([port, { connections }]) => [port, connections] as const),
  );
  gauge(
    "hash_finder_event_loop_longest_turn_seconds",
    "The longest turn of the event loop in the last minute, to about 5 ms.",
    () => loop.lastMinute.longestMs / 1000,
  );
  gauges(
    "hash_finder_event_loop_delay_seconds",
    "How late timers fire, in the worst quarter of the last minute.",
    "percentile",
    () => {
      const { medianDelayMs, worstDelayMs } = loop.lastMinute;
      return [
        ["50", medianDelayMs / 1000],
        ["99", worstDelayMs / 1000],
      ];
    },
  );

  // By the names that dashboards for any process know.
  gauge("process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
  gauge("nodejs_heap_size_used_bytes", "Of the main thread.", () => process.memoryUsage().heapUsed);
  gauge("nodejs_external_memory_bytes", "Outside of the heaps.", () => process.memoryUsage().external);
  gauge("process_start_time_seconds", "Unix time.", () => performance.timeOrigin / 1000);
  counter("process_cpu_seconds_total", "Of all threads.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
}
