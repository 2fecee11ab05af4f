import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemEnvironment } from "../../scripts/debian.ts";
import { configFrom } from "../../server/config.ts";
import { tlsFile } from "../support/certificates.ts";
import { startServer } from "../support/server.ts";
import { readYaml, withoutYaml } from "../support/yaml.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (name: string): string => readFileSync(join(root, "deploy", name), "utf8");

/** Why a check is skipped, or false when the program is there. */
function without(program: string, ...args: readonly string[]): string | false {
  return spawnSync(program, args, { env: systemEnvironment }).status === 0
    ? false
    : `not checked: ${program} ${args.join(" ")} fails here`;
}

const yamlOf = (name: string): readonly unknown[] => readYaml(read(name));

/** What the image says of each server that runs in it. */
const ofImage = {
  HASH_FINDER_HOST:
    /^ENV HASH_FINDER_HOST=(\S+)$/m.exec(read("Dockerfile"))?.[1] ?? "no host in the Dockerfile",
};

describe("the files of deploy/", () => {
  test("haproxy.cfg is valid, without a warning", { skip: without("haproxy", "-v") }, () => {
    const { status, stderr } = spawnSync("haproxy", ["-c", "-f", "deploy/haproxy.cfg"], {
      cwd: root,
      env: systemEnvironment,
    });
    assert.deepEqual([status, String(stderr)], [0, ""]);
  });

  for (const unit of ["hash-finder-web.service", "hash-finder-worker.service"]) {
    test(`${unit} is valid`, { skip: without("systemd-analyze", "--version") }, () => {
      // The program must be there: this checkout stands for the installed one.
      const file = join(mkdtempSync(join(tmpdir(), "hash-finder-units-")), unit);
      writeFileSync(file, read(unit).replaceAll("/opt/hash-finder", root.replace(/\/$/, "")));
      const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file]);
      const ours = String(stderr)
        .split("\n")
        .filter((line) => line.includes(unit));
      assert.deepEqual([status, ours], [0, []]);
    });

    test(`${unit} starts a server with flags that it knows`, () => {
      const line = /^ExecStart=\S+ server\/main\.ts(( |\\\n)+--\S+)+$/m.exec(read(unit))?.[0] ?? "";
      assertFlags(line.split(/\s+/).filter((word) => word.startsWith("--")));
    });
  }

  test("compose.yaml starts servers with flags that they know", { skip: withoutYaml }, () => {
    const [{ services, secrets }] = yamlOf("compose.yaml") as [Compose];
    for (const { command, secrets: used } of Object.values(services)) {
      assertFlags(command, ofImage);
      for (const secret of used) assert.ok(secret in secrets, secret);
    }
    assert.deepEqual(upstreamHosts(services.web?.command), ["worker"]);
  });

  test("kubernetes.yaml starts servers with flags that they know, and its names fit", {
    skip: withoutYaml,
  }, () => {
    const objects = yamlOf("kubernetes.yaml") as readonly KubernetesObject[];
    const named = (kind: string) => objects.filter((object) => object.kind === kind);
    const deployments = named("Deployment");
    assert.equal(deployments.length, 2);
    const labels = deployments.map(({ spec }) => JSON.stringify(spec.template?.metadata.labels));
    for (const { kind, spec } of objects) {
      const selector =
        kind === "Service" ? spec.selector : (spec.selector?.matchLabels ?? spec.podSelector?.matchLabels);
      if (selector) assert.ok(labels.includes(JSON.stringify(selector)), JSON.stringify(selector));
    }
    const services = named("Service").map(({ metadata }) => metadata.name);
    for (const { spec } of deployments) {
      const args = spec.template?.spec.containers[0]?.args ?? [];
      assertFlags(args, ofImage);
      for (const host of upstreamHosts(args)) assert.ok(services.includes(host), host);
    }
    const scaled = named("HorizontalPodAutoscaler")[0]?.spec.scaleTargetRef?.name;
    assert.ok(deployments.some(({ metadata }) => metadata.name === scaled));
  });

  test("an image that is told nothing does not open itself to others", () => {
    assert.throws(() => configFrom([], ofImage), /^Error: --host 0\.0\.0\.0 is open to other machines/);
  });

  test("envoy.yaml is YAML, and its route leads to its cluster", { skip: withoutYaml }, () => {
    const text = JSON.stringify(yamlOf("envoy.yaml"));
    assert.match(text, /"cluster": ?"workers"/);
    assert.match(text, /"service_name": ?"hash_name.v1.ScanService"/);
  });

  for (const file of ["envoy.yaml", "proxies/envoy.yaml"]) {
    test(`${file} is valid`, { skip: without("envoy", "--version") }, () => {
      // It reads the certificates too; any will do.
      const tls = join(root, "tests/vectors/tls");
      const text = read(file)
        .replaceAll("/etc/hash-finder/finder.", `${tls}/machine.`)
        .replaceAll("/etc/hash-finder", tls);
      const { status, stderr } = spawnSync("envoy", ["--mode", "validate", "--config-yaml", text]);
      assert.equal(status, 0, String(stderr));
    });
  }

  test("proxies/envoy.yaml is YAML, and its routes lead to its clusters", { skip: withoutYaml }, () => {
    const text = JSON.stringify(yamlOf("proxies/envoy.yaml"));
    for (const cluster of ["page", "grpc"]) {
      assert.match(text, new RegExp(`"cluster": ?"${cluster}"`));
      assert.match(text, new RegExp(`"cluster_name": ?"${cluster}"`));
    }
  });

  test("the Dockerfile is valid", { skip: without("docker", "info") }, () => {
    const { status, stderr } = spawnSync("docker", ["build", "--check", "-f", "deploy/Dockerfile", "."], {
      cwd: root,
    });
    assert.equal(status, 0, String(stderr));
  });

  test("compose.yaml is valid", { skip: without("docker", "compose", "version") }, () => {
    const { status, stderr } = spawnSync("docker", ["compose", "-f", "deploy/compose.yaml", "config", "-q"], {
      cwd: root,
    });
    assert.equal(status, 0, String(stderr));
  });

  test("the image's health check tells a server that serves from one that is not there", async () => {
    const command = /^ +CMD (\["node".*\])$/m.exec(read("Dockerfile"))?.[1];
    const [program, ...args] = JSON.parse(command ?? "[]") as string[];
    assert.equal(program, "node");
    const server = await startServer({ args: ["--workers", "1"] });
    const check = (): number | null =>
      spawnSync(
        process.execPath,
        args.map((arg) => arg.replace("http://127.0.0.1:8080", server.url)),
      ).status;
    assert.equal(check(), 0);
    await server.stop();
    assert.equal(check(), 1);
  });
});

interface Compose {
  readonly services: Record<
    string,
    { readonly command: readonly string[]; readonly secrets: readonly string[] }
  >;
  readonly secrets: Record<string, unknown>;
}

interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector?: Record<string, string> & { readonly matchLabels?: unknown };
    readonly podSelector?: { readonly matchLabels?: unknown };
    readonly scaleTargetRef?: { readonly name: string };
    readonly template?: {
      readonly metadata: { readonly labels: unknown };
      readonly spec: { readonly containers: readonly { readonly args?: readonly string[] }[] };
    };
  };
}

/** A server would start with them, given its certificates. */
function assertFlags(flags: readonly string[], environment: NodeJS.ProcessEnv = {}): void {
  assert.ok(flags.length > 0);
  const certificates = { cert: "machine.cert.pem", key: "machine.key.pem", ca: "machines.ca.pem" };
  const here = flags.map((flag) =>
    flag.replace(
      /^(--\w+-tls-(cert|key|ca))=.*/,
      (_, name: string, part: keyof typeof certificates) => `${name}=${tlsFile(certificates[part])}`,
    ),
  );
  const withTokens = here.map((flag) =>
    flag.replace(/^(--token-file)=.*/, `$1=${join(root, "tests/vectors/tokens.txt")}`),
  );
  assert.doesNotThrow(() => configFrom(withTokens, environment));
}

function upstreamHosts(flags: readonly string[] = []): readonly string[] {
  return flags.flatMap((flag) => (flag.startsWith("--upstream=") ? [new URL(flag.slice(11)).hostname] : []));
}
