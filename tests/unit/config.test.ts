import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { configFrom, help } from "../../server/config.ts";
import { ConfigError } from "../../server/options/config-error.ts";
import { machineFlags, tlsFile, tlsFlags } from "../support/certificates.ts";

const peopleCa = ["--client-ca", tlsFile("people.ca.pem")];
const exposed = ["--host", "0.0.0.0", ...tlsFlags("localhost"), "--public"];

describe("the configuration", () => {
  test("comes from flags, then the environment, then defaults", () => {
    const environment = { HASH_FINDER_PORT: "9000", HASH_FINDER_WORKERS: "3" };
    const config = configFrom(["--port", "9001"], environment);
    assert.ok(config !== "help");
    assert.equal(config.port, 9001);
    assert.equal(config.workers, 3);
    assert.equal(config.grpcPort, 50051);
  });

  test("takes 0 as no budget, and digits in groups", () => {
    const none = configFrom(["--maximum-hashes", "0"], {});
    assert.equal(none !== "help" && none.limits.maximumHashes, 0n);
    const grouped = configFrom(["--maximum-hashes", "2_000_000"], {});
    assert.equal(grouped !== "help" && grouped.limits.maximumHashes, 2_000_000n);
  });

  test("sends HSTS only where asked for, by flag or environment", () => {
    for (const [args, environment, hsts] of [
      [[], {}, false],
      [["--hsts"], {}, true],
      [[], { HASH_FINDER_HSTS: "true" }, true],
      [[], { HASH_FINDER_HSTS: "false" }, false],
    ] as const) {
      const config = configFrom(args, environment);
      assert.equal(config !== "help" && config.hsts, hsts);
    }
    assert.throws(() => configFrom([], { HASH_FINDER_HSTS: "1" }), /HASH_FINDER_HSTS must be true or false/);
    assert.match(help(), /--hsts/);
  });

  test("opens the lab where only this machine can call, and elsewhere where asked for", () => {
    for (const [args, environment, lab] of [
      [[], {}, true],
      [["--host", "localhost"], {}, true],
      [["--host", "::1"], {}, true],
      [exposed, {}, false],
      [["--host", "127.0.0.1.example", ...exposed.slice(2)], {}, false],
      [["--trusted-proxies", "10.0.0.0/8"], {}, false],
      [[...exposed, "--lab"], {}, true],
      [["--trusted-proxies", "10.0.0.0/8"], { HASH_FINDER_LAB: "true" }, true],
    ] as const) {
      const config = configFrom(args, environment);
      assert.equal(config !== "help" && config.lab, lab, args.join(" "));
    }
    assert.match(help(), /--lab /);
  });

  test("lets other machines in where TLS or a proxy is there, and who may call was said", () => {
    for (const way of [
      exposed,
      ["--host", "::", "--trusted-proxies", "10.0.0.0/8", "--public"],
      ["--host", "0.0.0.0", ...tlsFlags("localhost"), ...peopleCa],
    ]) {
      assert.notEqual(configFrom(way, {}), "help");
    }
    assert.notEqual(
      configFrom(["--host", "0.0.0.0"], { HASH_FINDER_PUBLIC: "true", HASH_FINDER_TRUSTED_PROXIES: "::1" }),
      "help",
    );
  });

  test("tells help apart", () => {
    assert.equal(configFrom(["--help"], {}), "help");
    assert.match(help(), /--maximum-searches-per-client NUMBER/);
  });

  for (const [args, words] of [
    [["--prot", "9000"], /--prot/],
    [["9000"], /9000/],
    [["--port"], /--port/],
    [["--port", "70000"], /--port must be a whole number from 0 to 65535, not "70000"/],
    [["--workers", "0"], /--workers must be a whole number from 1/],
    [["--workers", "1.5"], /--workers/],
    [["--maximum-seconds", "99999999"], /--maximum-seconds/],
    [["--searches-per-minute", "x"], /--searches-per-minute must be a whole number from 0/],
    [["--hash-credit", "5"], /--hash-credit and --hash-credit-per-second go together/],
    [["--hash-credit-per-second", "5"], /go together: give both/],
    [["--quota-store", "10.0.0.5:6379"], /--quota-store must be a URL such as redis:\/\/10\.0\.0\.5:6379/],
    [["--quota-store", "http://:secret@10.0.0.5"], /^(?!.*secret).*must be a URL/],
    [["--quota-store", "redis://10.0.0.5"], /give --searches-per-minute or --hash-credit as well/],
    [["--quota-store-down", "wait"], /--quota-store-down must be refuse or allow, not "wait"/],
    [["--log-level", "loud"], /--log-level must be trace/],
    [
      ["--allowed-hosts", "finder.example,https://a.b"],
      /--allowed-hosts must be host names .* not "https:\/\/a\.b"\./,
    ],
    [["--trusted-proxies", "10.0.0.0/8,proxy"], /--trusted-proxies must be addresses .* not "proxy"\./],
    [["--tls-cert", "cert.pem"], /go together/],
    [["--tls-cert", "no.pem", "--tls-key", "no.pem"], /no\.pem cannot be read/],
    [["--upstream", "ftp://10.0.0.2:1"], /--upstream must be URLs/],
    [["--upstream", "https://10.0.0.2:1"], /give --upstream-tls-cert, --upstream-tls-key/],
    [["--upstream", "http://10.0.0.2:1", ...machineFlags("upstream")], /no --upstream is one/],
    [["--upstream-seats", "0"], /--upstream-seats must be a whole number from 1/],
    [
      ["--scan-host", "0.0.0.0", "--scan-port", "0"],
      /0\.0\.0\.0 is open to other machines: give --scan-tls-cert/,
    ],
    [["--scan-host", "::1"], /give --scan-port as well/],
    [machineFlags("scan"), /give --scan-port as well/],
    [["--scan-port", "0", ...machineFlags("scan").slice(2)], /--scan-tls-ca go together: give all three/],
    [
      ["--scan-port", "0", ...machineFlags("scan", { key: "localhost.key.pem" })],
      /--scan-tls-key: the key in .* is not that of --scan-tls-cert/,
    ],
    [
      ["--scan-port", "0", ...machineFlags("scan", { key: "none.key.pem" })],
      /none\.key\.pem cannot be read: it is not there/,
    ],
    [tlsFlags("expired", "renewed"), /--tls-cert: .*expired\.cert\.pem has expired, on 2020-02-01/],
    [tlsFlags("early", "renewed"), /--tls-cert: .*early\.cert\.pem is not valid before 2099-01-01/],
    [tlsFlags("localhost", "renewed"), /--tls-key: the key in .* is not that of --tls-cert/],
    [[...tlsFlags("localhost").slice(0, 3), "README.md"], /--tls-key: there is no private key in README\.md/],
    [["--tls-cert", "README.md", "--tls-key", "README.md"], /there is no certificate in README\.md/],
    [["--tls-cert", "server", "--tls-key", "server"], /the file server cannot be read: EISDIR/],
    [peopleCa, /--client-ca is of TLS: give --tls-cert/],
    [
      [...tlsFlags("localhost"), "--client-ca", "README.md"],
      /--client-ca: there is no certificate in README\.md/,
    ],
    [["--token-file", "no.txt"], /--token-file: the file no\.txt cannot be read: it is not there/],
    [["--token-file", "README.md"], /--token-file README\.md: line 3 .*hash/],
    [
      ["--host", "0.0.0.0"],
      /^--host 0\.0\.0\.0 is open to other machines: give TLS \(--tls-cert and --tls-key\) or the proxy that has it \(--trusted-proxies\), and who may call \(--token-file, --client-ca, or --public for everybody\)\. Or stay on 127\.0\.0\.1\.$/,
    ],
    [["--host", "::", "--public"], /^--host :: is open to other machines: give TLS [^,]*\. Or stay/],
    [
      ["--host", "192.0.2.1", "--trusted-proxies", "10.0.0.0/8"],
      /^--host 192\.0\.2\.1 is open to other machines: give who may call \(--token-file/,
    ],
    [[...tlsFlags("localhost"), "--host", "example.org"], /give who may call/],
    [[...exposed, ...peopleCa], /--public is for everybody/],
  ] as const) {
    test(`refuses ${args.join(" ")} in one line`, () => {
      assert.throws(
        () => configFrom(args, {}),
        (error: unknown) =>
          error instanceof ConfigError && words.test(error.message) && !error.message.includes("\n"),
      );
    });
  }
});
