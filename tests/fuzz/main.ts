import { startServer } from "../support/server.ts";
import { optionsFrom } from "./options.ts";
import { fuzz } from "./run.ts";

// Sends requests to a server that are mostly almost right: every method, over every
// protocol. Nothing may be answered but what the contract's rules say, and nothing may
// be left. `-- --seed N --case K` repeats one case.
const options = optionsFrom(process.argv.slice(2));
const { seed, cases, only } = options;
console.log(`Fuzzing ${only === undefined ? `${cases} cases` : `case ${only}`} with --seed ${seed}`);
const began = performance.now();
const server = await startServer({
  args: [
    // Each case is then a client of its own.
    ...["--trusted-proxies", "127.0.0.1", "--lab", "--scan-port", "0", "--workers", "1"],
    ...["--maximum-hashes", "20000", "--maximum-seconds", "2", "--log-level", "info"],
  ],
});
const { failures, asked, answered } = await fuzz(server, options);
await server.kill();
if (only !== undefined) {
  console.log([...asked.keys(), "answered", ...answered.keys()].join(" "));
} else {
  for (const [of, count] of [...asked].sort()) console.log(`${String(count).padStart(6)}  ${of}`);
  const answers = [...answered].sort(([, a], [, b]) => b - a).map(([said, count]) => `${said}: ${count}`);
  console.log(`Answers: ${answers.join(", ")}`);
}
for (const { cases: suspects, words } of failures) {
  console.error(`${words}\n  ${suspects.map((index) => `--seed ${seed} --case ${index}`).join("\n  ")}`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const outcome = failures.length === 0 ? "nothing is wrong" : `${failures.length} things are wrong`;
console.log(`${outcome}, ${seconds} s, --seed ${seed}`);
process.exitCode = failures.length === 0 ? 0 : 1;
