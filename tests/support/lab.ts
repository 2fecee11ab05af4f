import { randomUUID } from "node:crypto";
import { type Client, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { EventKind, type LabEvent, LabService } from "../../proto/gen/hash_name/v1/lab_pb.ts";
import type { TestServer } from "./server.ts";

export type LabClient = Client<typeof LabService>;

/** The lab as browsers call it. */
export function webLab({ url }: Pick<TestServer, "url">): LabClient {
  return createClient(LabService, createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1" }));
}

/** The lab as gRPC's own clients call it. */
export function nativeLab({ grpcUrl }: Pick<TestServer, "grpcUrl">): LabClient {
  return createClient(LabService, createGrpcTransport({ baseUrl: grpcUrl }));
}

/** What is told of a rehearsal. */
export interface Told {
  readonly events: readonly LabEvent[];
  /** Waits until so many such events have been told, and answers the last of them. */
  until(wanted: Partial<LabEvent>, count?: number): Promise<LabEvent>;
  /** Those so far. */
  all(wanted: Partial<LabEvent>): readonly LabEvent[];
  /** Settles when the call has ended: its error, or undefined. */
  readonly ended: Promise<ConnectError | undefined>;
  /** Cancels the call. */
  leave(reason?: unknown): void;
}

/** A rehearsal that is open and watched. */
export interface Watched extends Told {
  readonly rehearsalId: string;
}

/** Opens a rehearsal, and waits until it is open. */
export async function watch(lab: LabClient, rehearsalId: string = randomUUID()): Promise<Watched> {
  const opened = Promise.withResolvers<void>();
  const told = readEvents(
    (signal) => lab.watchRehearsal({ rehearsalId }, { signal }),
    (event) => {
      if (event.kind === EventKind.UNSPECIFIED) opened.resolve();
    },
  );
  const error = await Promise.race([opened.promise, told.ended]);
  if (error) throw error;
  return { ...told, rehearsalId };
}

/** Has the server play a scenario. */
export function rehearse(lab: LabClient, request: Parameters<LabClient["rehearse"]>[0]): Told {
  return readEvents((signal) => lab.rehearse({ rehearsalId: randomUUID(), ...request }, { signal }));
}

/** "server 1 CALL_IN" and so on, in the order in which they were told. */
export function story(events: readonly LabEvent[]): readonly string[] {
  return events.map(({ place, kind }) => `${place} ${kindName(kind)}`);
}

export function kindName(kind: EventKind): string {
  return Object.entries(EventKind).find(([, value]) => value === kind)?.[0] ?? String(kind);
}

/** An event's moment in milliseconds. */
export function atMs({ at }: LabEvent): number {
  return Number(at?.seconds) * 1000 + Number(at?.nanos) / 1e6;
}

function readEvents(
  call: (signal: AbortSignal) => AsyncIterable<{ readonly event?: LabEvent | undefined }>,
  onEvent: (event: LabEvent) => void = () => {},
): Told {
  const events: LabEvent[] = [];
  const controller = new AbortController();
  let wake = Promise.withResolvers<void>();
  const all: Told["all"] = (wanted) => events.filter((event) => fits(event, wanted));
  const read = async (): Promise<ConnectError | undefined> => {
    try {
      for await (const { event } of call(controller.signal)) {
        if (!event) continue;
        onEvent(event);
        if (event.kind === EventKind.UNSPECIFIED) continue;
        events.push(event);
        wake.resolve();
        wake = Promise.withResolvers<void>();
      }
      return undefined;
    } catch (error) {
      return ConnectError.from(error);
    }
  };
  return {
    events,
    all,
    ended: read(),
    leave: (reason) => controller.abort(reason),
    until: async (wanted, count = 1) => {
      const limit = AbortSignal.timeout(15_000);
      for (;;) {
        const found = all(wanted);
        const event = found[count - 1];
        if (event) return event;
        const { promise: late, reject } = Promise.withResolvers<never>();
        const onLate = (): void =>
          reject(
            new Error(
              `not told: ${kindName(wanted.kind ?? 0)} ${wanted.place}; but ${story(events).join(", ")}`,
            ),
          );
        limit.addEventListener("abort", onLate, { once: true });
        await Promise.race([wake.promise, late]);
        limit.removeEventListener("abort", onLate);
      }
    },
  };
}

function fits(event: LabEvent, wanted: Partial<LabEvent>): boolean {
  return Object.entries(wanted).every(([key, value]) => event[key as keyof LabEvent] === value);
}
