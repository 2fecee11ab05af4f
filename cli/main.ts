import { connectTo } from "./connection.ts";
import { exitCodeOf } from "./ending.ts";
import { find } from "./find.ts";
import { help, type Options, optionsFrom, UsageError } from "./options.ts";
import { createOutput } from "./output.ts";
import { createProgressLine } from "./progress-line.ts";
import { listenForStops } from "./stops.ts";
import { version } from "./version.ts";
import { linesOf } from "./words.ts";

const options = given();
if (options !== undefined) process.exitCode = await run(options);

function given(): Options | undefined {
  try {
    const options = optionsFrom(process.argv.slice(2), process.env);
    if (typeof options === "object") return options;
    console.log(options === "help" ? help() : version());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = exitCodeOf({ kind: "input" });
  }
  return undefined;
}

/** Resolves to the exit code. */
async function run(options: Options): Promise<number> {
  const output = createOutput(options);
  // The odds of the heaviest names take half a second, so they are computed
  // while there is nothing to stop yet.
  const progress = createProgressLine(options, process.stderr);
  const stops = listenForStops(() =>
    progress.say("Stopping… Press Ctrl-C again to leave without the proof."),
  );
  const connection = connectTo(options);
  const ended = await find(options, { connection, output, progress, stops });
  progress.end();
  output.ended(ended);
  for (const line of linesOf(ended, options)) console.error(line);
  return exitCodeOf(ended.ending);
}
