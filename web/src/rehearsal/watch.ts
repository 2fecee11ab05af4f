import type { LabEvent } from "../../../proto/gen/hash_name/v1/lab_pb.ts";
import type { LabClient } from "../api/lab-client.ts";

/**
 * Opens a rehearsal, and tells its events until the signal aborts, with which it ends. Resolves when it
 * is open; `broken` rejects when it ends before the signal aborts.
 *
 * @throws what the call threw
 */
export async function openWatch(
  lab: LabClient,
  rehearsalId: string,
  onEvent: (event: LabEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly broken: Promise<never> }> {
  const events = lab.watchRehearsal({ rehearsalId }, { signal })[Symbol.asyncIterator]();
  await events.next();

  async function read(): Promise<never> {
    for (;;) {
      const { done, value } = await events.next();
      if (done) throw new Error("Cannot follow the rehearsal: the server has ended it. Run it again.");
      if (value.event) onEvent(value.event);
    }
  }

  const broken = read();
  // Whoever does not wait for it has ended it.
  broken.catch(() => {});
  return { broken };
}
