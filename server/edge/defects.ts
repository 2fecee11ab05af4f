import { randomBytes } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "pino";

/**
 * Logs what must not have happened, with its stack, and gives what the caller
 * may know of it: an id, by which the log entry is found.
 */
export function defect(error: unknown, at: string, log: Logger): ConnectError {
  const id = randomBytes(4).toString("hex");
  log.error({ err: error, defect: id, at }, "the server failed at a call");
  return new ConnectError(
    `The server failed (${id}). Try again; if it fails again, tell its operator this id.`,
    Code.Internal,
  );
}
