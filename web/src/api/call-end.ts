import { ConnectError } from "@connectrpc/connect";

/** How a call ended for its caller: a status code as gRPC counts them, and what was said. */
export interface CallEnd {
  readonly code: number;
  readonly words: string;
}

export const okEnd: CallEnd = { code: 0, words: "" };

/** The end that a thrown value stands for. `words` are the reason of an abort, or the server's message. */
export function callEndOf(thrown: unknown): CallEnd {
  const error = ConnectError.from(thrown);
  return { code: error.code, words: error.rawMessage };
}
