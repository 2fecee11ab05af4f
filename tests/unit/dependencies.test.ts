import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { promisify } from "node:util";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

interface Locked {
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const asked = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((of) =>
  Object.keys(of),
);

describe("the dependencies", () => {
  const [, section = ""] = readFileSync("ARCHITECTURE.md", "utf8").split("\n## Dependencies\n");
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Package "))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .flatMap(([, names = "", why = "", licence = ""]) =>
      names.split(", ").map((name) => ({ name, why, licence })),
    );

  test("are all in the architecture's table, and no others, each with its reason", () => {
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...asked].sort());
    for (const { name, why } of rows) assert.ok(why.length > 3, name);
  });

  test("have the licence there that their own package says", () => {
    for (const { name, licence } of rows) {
      assert.equal(licenceOf(name), licence, name);
      const said = installedLicence(name);
      // Those of other platforms are not installed.
      if (said !== undefined) assert.equal(said.replace(/^\((.*)\)$/, "$1"), licence, name);
    }
  });

  test("and all that they bring have a licence", () => {
    const without = Object.entries(packages).filter(([path, { license }]) => path !== "" && !license);
    assert.deepEqual(without, []);
  });
});

// Not with `--omit dev`: npm 11 then leaves out @bufbuild/protobuf, which a tool needs as well.
test("npm run sbom lists every package that is asked for, without a network", async () => {
  const { stdout } = await promisify(execFile)("npm", ["run", "--silent", "sbom", "--", "--offline"], {
    maxBuffer: 64 * 2 ** 20,
  });
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string }[];
  };
  assert.equal(bomFormat, "CycloneDX");
  const listed = components.map(({ name }) => name);
  assert.deepEqual(
    asked.filter((name) => !listed.includes(name)),
    [],
  );
});

describe("install scripts", () => {
  test("of every package that has one are refused by name", () => {
    const having = Object.entries(packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ""));
    const refused = Object.keys(manifest.allowScripts);
    assert.deepEqual(
      having.filter((name) => !refused.includes(name)),
      [],
    );
    assert.deepEqual(
      Object.values(manifest.allowScripts).filter((isAllowed) => isAllowed),
      [],
    );
  });

  test("are off wherever this repository installs", () => {
    const files = [".github/workflows/ci.yml", ".ci/run", ...globSync("deploy/Dockerfile*")];
    const open = files.flatMap((file) =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => /\bnpm (ci|install)\b/.test(line) && !line.includes("--ignore-scripts"))
        .map((line) => `${file}: ${line.trim()}`),
    );
    assert.deepEqual(open, []);
    assert.match(readFileSync("scripts/prepare.mjs", "utf8"), /"--ignore-scripts"/);
  });
});

function licenceOf(name: string): string | undefined {
  return packages[`node_modules/${name}`]?.license?.replace(/^\((.*)\)$/, "$1");
}

function installedLicence(name: string): string | undefined {
  try {
    return JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")).license;
  } catch {
    return undefined;
  }
}
