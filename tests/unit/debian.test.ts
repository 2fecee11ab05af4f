import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { installPackages } from "../../scripts/debian.ts";

describe("packages for the tests", () => {
  let folder: string;
  let policyFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hash-finder-debian-"));
    policyFile = join(folder, "policy-rc.d");
    program("apt-get", `case "$1" in install) cat ${policyFile} > ${folder}/policy;; esac`);
    // This Debian has no package of that name.
    program("apt-cache", 'test "$2" != unknown');
    program("systemctl", "exit 1");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Notes its arguments, and does as it is told. */
  function program(name: string, does: string): void {
    const note = `echo ${name} $(echo "$@" | sed 's/-o [^ ]*//g') >> ${folder}/calls`;
    writeFileSync(join(folder, name), `#!/bin/sh\n${note}\n${does}\n`, { mode: 0o755 });
  }

  const system = (isRoot: boolean) => ({
    isRoot,
    policyFile,
    environment: { PATH: `${folder}:/usr/bin:/bin` },
  });

  const calls = (): readonly string[] =>
    existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [];

  test("are installed by one call, without those that this Debian does not have", async () => {
    await installPackages(["nginx", "unknown", "caddy"], system(true));
    assert.deepEqual(calls(), [
      "apt-get --version",
      "apt-get update",
      "apt-cache show nginx",
      "apt-cache show unknown",
      "apt-cache show caddy",
      "apt-get install -y --no-install-recommends nginx caddy",
      "systemctl disable nginx caddy",
    ]);
  });

  test("start no service, and leave no policy behind", async () => {
    await installPackages(["nginx"], system(true));
    assert.match(readFileSync(join(folder, "policy"), "utf8"), /^exit 101$/m);
    assert.equal(existsSync(policyFile), false);
  });

  test("leave a policy that the machine has", async () => {
    writeFileSync(policyFile, "its own");
    await installPackages(["nginx"], system(true));
    assert.equal(readFileSync(policyFile, "utf8"), "its own");
  });

  test("are left alone by who is not root, or needs none", async () => {
    await installPackages(["nginx"], system(false));
    await installPackages([], system(true));
    assert.deepEqual(calls(), []);
  });

  test("are nothing to a system without apt-get", async () => {
    rmSync(join(folder, "apt-get"));
    await installPackages(["nginx"], { ...system(true), environment: { PATH: folder } });
    assert.deepEqual(calls(), []);
  });
});
