import { fetchSigned } from "./account.ts";

// About 200 matches, which are decoded in a millisecond or two.
const pieceBytes = 16_384;

/**
 * Fetches, and lets the body be read in small pieces. After a pause the browser hands
 * over half a megabyte at once, and Connect decodes what it is handed in one go: in a
 * flood of matches that took up to 134 ms, in which no key and no Stop was heard.
 */
export async function fetchInPieces(...asked: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetchSigned(...asked);
  return response.body === null ? response : new Response(inPieces(response.body), response);
}

/** The same bytes; nothing is read before it is wanted. */
function inPieces(body: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let rest = new Uint8Array();
  return new ReadableStream(
    {
      async pull(controller) {
        if (rest.length === 0) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          rest = value;
        }
        controller.enqueue(rest.subarray(0, pieceBytes));
        rest = rest.subarray(pieceBytes);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
