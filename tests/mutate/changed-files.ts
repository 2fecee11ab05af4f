import { spawnSync } from "node:child_process";

/**
 * Files that differ from the commit, by default from where this branch left
 * origin/main, or from the commit before. Undefined without such a history.
 */
export function changedFiles(since: string): ReadonlySet<string> | undefined {
  const base = since || usualBase();
  if (base === undefined) return undefined;
  const changed = git("diff", "--name-only", "--diff-filter=d", base);
  const added = git("ls-files", "--others", "--exclude-standard");
  if (changed === undefined || added === undefined) return undefined;
  return new Set([...changed.split("\n"), ...added.split("\n")]);
}

function usualBase(): string | undefined {
  const base = git("merge-base", "origin/main", "HEAD");
  if (base !== undefined && base !== git("rev-parse", "HEAD")) return base;
  return git("rev-parse", "--verify", "--quiet", "HEAD~1");
}

function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
