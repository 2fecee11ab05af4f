import { type DestinationStream, type Logger, pino } from "pino";

/**
 * The server's log: JSON lines.
 *
 * @param to standard error, unless said otherwise: standard output is for people
 */
export function openLog(level: string, to: DestinationStream = standardError()): Logger {
  return pino({ level, hooks: { streamWrite: escaped } }, to);
}

// Not a write for each line: 2,000 searches may end at once. What is left at the
// end of the process is written then.
function standardError(): DestinationStream {
  return pino.destination({ dest: 2, sync: false });
}

// JSON escapes the control characters of ASCII, and leaves others as they are: a
// caller's words must not command the terminal that shows them (U+009B is ESC [),
// end the line, or turn its direction.
const commanding = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

function escaped(line: string): string {
  return line.replace(
    commanding,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
