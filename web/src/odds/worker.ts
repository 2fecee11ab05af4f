import { chancePerHash } from "../../../client/odds/chance.ts";
import type { Question } from "./odds.ts";

// The heaviest names take half a second: too long for the page's own thread.
addEventListener("message", ({ data: { name, distance } }: MessageEvent<Question>) => {
  postMessage(chancePerHash(name, distance));
});
