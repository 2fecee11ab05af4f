// Checks of the contract, all offline: lint and format, no break with the last
// commit or with the published example, and generated code that is up to date.
// Every check runs, so that one round shows all there is to mend.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
// buf finds its plugin on the PATH.
process.env.PATH = [join(process.cwd(), "node_modules", ".bin"), process.env.PATH].join(delimiter);

const checks = [lint, format, breaksHead, breaksPublished, drift];
if (checks.filter((check) => !check()).length > 0) process.exitCode = 1;

function lint(): boolean {
  return buf(["lint"], "The contract does not pass buf lint, see above.");
}

function format(): boolean {
  return buf(
    // gRPC's own files are as they were published.
    ["format", "--diff", "--exit-code", "proto", "--exclude-path", "proto/grpc"],
    'The contract is not formatted, see above. Run "npm run format".',
  );
}

function breaksHead(): boolean {
  const head = git("rev-parse", "--verify", "--quiet", "HEAD");
  if (head === undefined || !git("ls-tree", "--name-only", "-r", head, "proto/")?.includes(".proto")) {
    console.log("Not compared with the last commit: there is none that has a contract.");
    return true;
  }
  // The common directory is the whole repository, in a linked worktree too.
  const repository = git("rev-parse", "--path-format=absolute", "--git-common-dir");
  return buf(
    ["breaking", "proto", "--against", `${repository}#format=git,ref=${head},subdir=proto`],
    "The contract breaks callers of the last commit, see above.",
  );
}

// Rules by package instead of by file: the published contract is one file, ours
// are several.
function breaksPublished(): boolean {
  const config = { version: "v2", modules: [{ path: "proto" }], breaking: { use: ["PACKAGE"] } };
  return buf(
    ["breaking", "proto", "--against", "tests/published", "--config", JSON.stringify(config)],
    "The contract breaks callers of the published example, see above.",
  );
}

function drift(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-generated-"));
  try {
    if (!buf(["generate", "--output", folder], "Code cannot be generated from the contract, see above."))
      return false;
    const fresh = filesIn(join(folder, "proto/gen"));
    const committed = filesIn("proto/gen");
    const names = [...new Set([...fresh.keys(), ...committed.keys()])].sort();
    const differing = names.filter((name) => fresh.get(name) !== committed.get(name));
    if (differing.length === 0) return true;
    const list = differing.map((name) => `  proto/gen/${name}`).join("\n");
    console.error(`Generated code is not what the contract says:\n${list}\nRun "npm run generate".`);
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Content by path below the folder. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

function buf(args: readonly string[], failure: string): boolean {
  const { status } = spawnSync("buf", args, { stdio: "inherit" });
  if (status !== 0) console.error(failure);
  return status === 0;
}

/** What git prints, or undefined when it fails or there is no repository. */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
