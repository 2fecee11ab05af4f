import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openLog } from "../../server/log.ts";

function lines(level: string) {
  const written: string[] = [];
  return { written, log: openLog(level, { write: (line: string) => void written.push(line) }) };
}

describe("the log", () => {
  test("has a line for each entry of its level, and above", () => {
    const { written, log } = lines("warn");
    log.info("not this one");
    log.warn({ client: "a" }, "this one");
    log.error("and this one");
    assert.deepEqual(
      written.map((line) => JSON.parse(line).msg),
      ["this one", "and this one"],
    );
    assert.equal(JSON.parse(written[0] ?? "").client, "a");
  });

  test("has nothing of a caller's that commands a terminal, ends the line, or turns its direction", () => {
    const { written, log } = lines("info");
    // DEL to the last control of Latin-1, line ends and turns, isolates, the byte order mark; and each one's neighbours.
    const ranges = [
      [0x00, 0x1f],
      [0x7f, 0x9f],
      [0x2028, 0x202e],
      [0x2066, 0x2069],
      [0xfeff, 0xfeff],
    ] as const;
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code++) {
        const said = `a${String.fromCharCode(code)}b`;
        log.info({ said });
        const line = written.pop() ?? "";
        assert.ok(!line.slice(0, -1).includes(String.fromCharCode(code)), code.toString(16));
        assert.equal(JSON.parse(line).said, said);
      }
      for (const code of [first - 1, last + 1].filter((code) => code >= 0x20)) {
        const said = `a${String.fromCharCode(code)}b`;
        log.info({ said });
        assert.ok(written.pop()?.includes(said), code.toString(16));
      }
    }
    log.info({ said: "\u009b31m and \u202e" });
    assert.match(written.pop() ?? "", /"said":"\\u009b31m and \\u202e"/);
  });
});
