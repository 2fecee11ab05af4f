import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { configFrom } from "../../server/config.ts";
import { readCertificate } from "../../server/options/certificate.ts";
import { ConfigError } from "../../server/options/config-error.ts";
import { isLoopback } from "../../server/options/exposure.ts";
import type { QuotaConfig } from "../../server/options/quotas.ts";

describe("only this machine can call", () => {
  for (const host of ["127.0.0.1", "127.10.200.255", "::1", "localhost"]) {
    test(`a server on ${host}`, () => assert.ok(isLoopback(host)));
  }
  for (const host of [
    "0.0.0.0",
    "::",
    "1127.0.0.1",
    "x127.0.0.1",
    "127.0.0.1.example",
    "127.0.0",
    "my::1",
    "::12",
    "notlocalhost",
    "localhost.example",
  ]) {
    test(`not a server on ${host}`, () => assert.ok(!isLoopback(host)));
  }
});

describe("the quotas", () => {
  const url = "redis://:secret@10.0.0.5:6379/2";
  const quotasOf = (...args: readonly string[]): QuotaConfig => {
    const config = configFrom(args, {});
    assert.ok(config !== "help");
    return config.quotas;
  };

  test("are none, in this process, unless they are given", () => {
    assert.deepEqual(quotasOf(), {
      limits: { searchesPerMinute: 0, hashCredit: 0, hashCreditPerSecond: 0 },
      store: undefined,
      whenDown: "refuse",
    });
  });

  test("are kept where they are said to be, each for itself", () => {
    assert.deepEqual(
      quotasOf("--quota-store", url, "--searches-per-minute", "1", "--quota-store-down", "allow"),
      {
        limits: { searchesPerMinute: 1, hashCredit: 0, hashCreditPerSecond: 0 },
        store: url,
        whenDown: "allow",
      },
    );
    for (const [credit, perSecond] of [
      [1, 5],
      [5, 1],
    ]) {
      const { limits, store } = quotasOf(
        ...["--quota-store", url, "--hash-credit", `${credit}`, "--hash-credit-per-second", `${perSecond}`],
      );
      assert.deepEqual([limits.hashCredit, limits.hashCreditPerSecond, store], [credit, perSecond, url]);
    }
    const { store } = quotasOf("--quota-store", "rediss://redis.example", "--searches-per-minute", "2");
    assert.equal(store, "rediss://redis.example");
  });

  for (const wrong of [
    "redis:",
    "redis:///2",
    "redis:secret",
    "myredis://:secret@10.0.0.5",
    "redis3://10.0.0.5",
  ]) {
    test(`are not kept in ${wrong}`, () => {
      assert.throws(
        () => quotasOf("--quota-store", wrong, "--searches-per-minute", "2"),
        (error) =>
          error instanceof ConfigError && /^(?!.*secret)--quota-store must be a URL/.test(error.message),
      );
    });
  }
});

describe("a certificate", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hash-finder-options-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const ofVectors = (name: string): string => join("tests/vectors/tls", name);
  const read = (cert: string, ca?: string): ReturnType<typeof readCertificate> =>
    readCertificate({
      cert: ["tls-cert", cert],
      key: ["tls-key", ofVectors("localhost.key.pem")],
      ...(ca !== undefined && { ca: ["client-ca", ca] as const }),
    });
  const certificate = ofVectors("localhost.cert.pem");

  test("comes with its key, and an authority where one is given", () => {
    const [cert, key] = [certificate, ofVectors("localhost.key.pem")].map((file) =>
      readFileSync(file, "utf8"),
    );
    assert.deepEqual(read(certificate), { cert, key });
    const ca = ofVectors("people.ca.pem");
    assert.deepEqual(read(certificate, ca), { cert, key, ca: readFileSync(ca, "utf8") });
  });

  test("whose chain is broken is refused in one line, with the fact", () => {
    const broken = join(folder, "broken.cert.pem");
    const rest = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    writeFileSync(broken, readFileSync(certificate, "utf8") + rest);
    assert.throws(
      () => read(broken),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(
          error.message,
          /^--tls-cert .*broken\.cert\.pem cannot be used: error:.*\. Give a certificate/,
        );
        return true;
      },
    );
  });

  test("is of use from its first moment to its last", (t) => {
    const { validFromDate: from, validToDate: to } = new X509Certificate(readFileSync(certificate));
    t.mock.timers.enable({ apis: ["Date"], now: from.getTime() - 1 });
    assert.throws(() => read(certificate), /--tls-cert: .* is not valid before/);
    for (const now of [from, to]) {
      t.mock.timers.setTime(now.getTime());
      assert.ok(read(certificate));
    }
    t.mock.timers.setTime(to.getTime() + 1);
    assert.throws(() => read(certificate), /--tls-cert: .* has expired/);
  });

  test("is not of use with an authority whose time is over, or has not come", () => {
    for (const [name, words] of [
      ["expired", /--client-ca: the certificate in .*expired\.cert\.pem has expired, on 2020-02-01/],
      ["early", /--client-ca: the certificate in .*early\.cert\.pem is not valid before 2099-01-01/],
    ] as const) {
      assert.throws(() => read(certificate, ofVectors(`${name}.cert.pem`)), words);
    }
  });
});
