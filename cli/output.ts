import { once } from "node:events";
import { toJson } from "@bufbuild/protobuf";
import { type HashNameResponse, HashNameResponseSchema } from "../proto/gen/hash_name/hash_name_pb.ts";
import type { Ended } from "./find.ts";
import { jsonOf } from "./json.ts";
import type { Options } from "./options.ts";

/** Standard output: a line a match, in words or in JSON. */
export interface Output {
  /** Aborted when nobody reads it any more. */
  readonly closed: AbortSignal;
  /** Waits for a reader that is slow, so that the server waits as well. */
  match(match: HashNameResponse, signal: AbortSignal): Promise<void>;
  ended(how: Ended): void;
}

export function createOutput({ json, name }: Options): Output {
  const { stdout, stderr } = process;
  const controller = new AbortController();
  const onError = ({ code }: NodeJS.ErrnoException): void => controller.abort(code);
  stdout.on("error", onError);
  stderr.on("error", onError);
  const isColoured = stdout.isTTY && !process.env.NO_COLOR;

  async function write(line: string, signal: AbortSignal): Promise<void> {
    if (!stdout.write(`${line}\n`)) await once(stdout, "drain", { signal });
    signal.throwIfAborted();
  }

  return {
    closed: controller.signal,
    match(match, signal) {
      return write(json ? jsonLine(match) : textLine(match, isColoured ? name.length : 0), signal);
    },
    ended(how) {
      if (json && !controller.signal.aborted) stdout.write(`${JSON.stringify({ ended: jsonOf(how) })}\n`);
    },
  };
}

function jsonLine(match: HashNameResponse): string {
  return JSON.stringify({ match: toJson(HashNameResponseSchema, match, { alwaysEmitImplicit: true }) });
}

/** The hash, how many letters are wrong, and the bytes in base64: these last, since there may be none. */
function textLine(
  { hashedName, hammingDistance, secret, matchOffset }: HashNameResponse,
  bold: number,
): string {
  const end = matchOffset + bold;
  const hash =
    bold === 0
      ? hashedName
      : `${hashedName.slice(0, matchOffset)}\x1b[1m${hashedName.slice(matchOffset, end)}\x1b[22m${hashedName.slice(end)}`;
  return `${hash}  ${hammingDistance}  ${secret}`;
}
