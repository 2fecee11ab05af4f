import { spawnSync } from "node:child_process";

const program = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))";

/** Why what needs YAML is skipped; false when it is not. */
export const withoutYaml =
  spawnSync("python3", ["-c", "import yaml"]).status === 0
    ? false
    : "not checked: there is no Python with PyYAML here";

/** The documents of a file's text, read by Python: no package of the project reads YAML. Throws where it is none. */
export function readYaml(text: string): readonly unknown[] {
  const { stdout, stderr, status } = spawnSync("python3", ["-c", program], { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
