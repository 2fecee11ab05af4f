const lineFeed = 10;
const headEnd = Buffer.from("\r\n\r\n");

/**
 * Counts the messages of a gRPC-Web stream in the bytes of its HTTP/1.1
 * response, which is sent in chunks. Reads only lengths, and skips the rest.
 */
export class MessageCounter {
  messages = 0;
  #stage: "head" | "chunk size" | "chunk" | "chunk end" = "head";
  #matched = 0;
  #chunkLeft = 0;
  // Of the frame: a byte of flags, four of length, the message.
  #headBytes = 0;
  #length = 0;
  #frameLeft = 0;
  #isMessage = false;

  /** Another answer follows, on a connection of its own. */
  nextAnswer(): void {
    this.#stage = "head";
    this.#matched = 0;
    this.#chunkLeft = 0;
    this.#headBytes = 0;
    this.#frameLeft = 0;
  }

  add(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#stage === "chunk") {
        const skipped = Math.min(this.#frameLeft, this.#chunkLeft, bytes.length - at);
        at += skipped;
        this.#chunkLeft -= skipped;
        this.#frameLeft -= skipped;
        if (skipped === 0) {
          this.#takeFrameHead(bytes[at++] ?? 0);
          this.#chunkLeft--;
        }
        if (this.#chunkLeft === 0) this.#stage = "chunk end";
      } else this.#takeHttp(bytes[at++] ?? 0);
    }
  }

  #takeFrameHead(byte: number): void {
    if (this.#headBytes === 0) this.#isMessage = byte === 0;
    this.#length = this.#headBytes === 0 ? 0 : this.#length * 256 + byte;
    if (++this.#headBytes < 5) return;
    this.#headBytes = 0;
    this.#frameLeft = this.#length;
    if (this.#isMessage) this.messages++;
  }

  #takeHttp(byte: number): void {
    if (this.#stage === "head") {
      this.#matched = byte === headEnd[this.#matched] ? this.#matched + 1 : byte === headEnd[0] ? 1 : 0;
      if (this.#matched === headEnd.length) this.#stage = "chunk size";
    } else if (this.#stage === "chunk end") {
      if (byte === lineFeed) this.#stage = "chunk size";
    } else if (byte === lineFeed) {
      // The last chunk is empty.
      this.#stage = this.#chunkLeft > 0 ? "chunk" : "chunk end";
    } else {
      const digit = Number.parseInt(String.fromCharCode(byte), 16);
      if (!Number.isNaN(digit)) this.#chunkLeft = this.#chunkLeft * 16 + digit;
    }
  }
}
