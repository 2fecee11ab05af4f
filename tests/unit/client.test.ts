import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { clientOf, connectionClientOf, networksIn } from "../../server/edge/client.ts";

const trusted = networksIn("10.0.0.0/8, 192.168.1.1, fd00::/8, ::1");

describe("who calls, without a proxy", () => {
  for (const [peer, client] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8:1:2ff:ff00::9", "2001:db8:1:2ff::/64"],
    ["fe80::1%eth0", "fe80::/64"],
    ["::1", "::/64"],
    [undefined, "unknown"],
    ["no address", "unknown"],
  ] as const) {
    test(`${peer} is ${client}, whatever its headers claim`, () => {
      const headers = { "x-forwarded-for": "198.51.100.7", forwarded: "for=198.51.100.7" };
      assert.equal(clientOf({ socket: { remoteAddress: peer }, headers }), client);
      assert.equal(clientOf({ socket: { remoteAddress: peer }, headers: {} }, trusted), client);
    });
  }
});

describe("who calls, behind trusted proxies", () => {
  for (const [about, headers, client] of [
    ["nothing forwarded", {}, "10.0.0.1"],
    ["one hop", { "x-forwarded-for": "198.51.100.7" }, "198.51.100.7"],
    ["what the caller claims before it", { "x-forwarded-for": "1.1.1.1, 198.51.100.7" }, "198.51.100.7"],
    ["a chain of proxies", { "x-forwarded-for": "198.51.100.7, 192.168.1.1, 10.9.9.9" }, "198.51.100.7"],
    ["nothing but proxies", { "x-forwarded-for": "10.2.2.2, 192.168.1.1" }, "10.2.2.2"],
    ["a port", { "x-forwarded-for": "198.51.100.7:4711" }, "198.51.100.7"],
    ["IPv6", { "x-forwarded-for": "2001:db8:1:2::9" }, "2001:db8:1:2::/64"],
    ["IPv6 with a port", { "x-forwarded-for": "[2001:db8:1:2::9]:4711" }, "2001:db8:1:2::/64"],
    ["IPv6 in brackets", { "x-forwarded-for": "[2001:db8:1:2::9]" }, "2001:db8:1:2::/64"],
    ["something before the brackets", { "x-forwarded-for": "x[2001:db8:1:2::9]" }, "10.0.0.1"],
    ["something after the brackets", { "x-forwarded-for": "[2001:db8:1:2::9]x" }, "10.0.0.1"],
    ["IPv4 within IPv6", { "x-forwarded-for": "::ffff:198.51.100.7" }, "198.51.100.7"],
    ["several headers", { "x-forwarded-for": ["1.1.1.1", "198.51.100.7"] }, "198.51.100.7"],
    ["Forwarded", { forwarded: "for=198.51.100.7;proto=https;by=10.0.0.1" }, "198.51.100.7"],
    ["Forwarded in other letters", { forwarded: 'For="198.51.100.7:4711"' }, "198.51.100.7"],
    ["Forwarded with IPv6", { forwarded: 'for="[2001:db8:1:2::9]:4711"' }, "2001:db8:1:2::/64"],
    ["a chain in Forwarded", { forwarded: "for=198.51.100.7, for=10.3.3.3;by=x" }, "198.51.100.7"],
    ["a hidden caller", { forwarded: "for=_hidden, for=10.3.3.3" }, "10.3.3.3"],
    ["an unknown caller", { forwarded: "for=unknown" }, "10.0.0.1"],
    ["an element without for", { forwarded: "proto=https" }, "10.0.0.1"],
    ["garbage before a proxy's word", { forwarded: 'for="never closed, for=198.51.100.7' }, "198.51.100.7"],
    ["garbage", { forwarded: ';;;"', "x-forwarded-for": "" }, "10.0.0.1"],
    ["garbage behind a proxy", { "x-forwarded-for": "<script>, 10.3.3.3" }, "10.3.3.3"],
    ["an address in a strange form", { "x-forwarded-for": "0x7f000001" }, "10.0.0.1"],
    ["nothing between commas", { "x-forwarded-for": "198.51.100.7,,10.3.3.3" }, "10.3.3.3"],
    [
      "both headers alike",
      { "x-forwarded-for": "1.1.1.1, 198.51.100.7", forwarded: "for=2.2.2.2, for=198.51.100.7" },
      "198.51.100.7",
    ],
    [
      "a claim in the header that the proxy leaves alone",
      { "x-forwarded-for": "198.51.100.7", forwarded: "for=1.1.1.1" },
      "10.0.0.1",
    ],
  ] as const) {
    test(`${about} is ${client}`, () => {
      const caller = { socket: { remoteAddress: "10.0.0.1" }, headers: headers as Record<string, string> };
      assert.equal(clientOf(caller, trusted), client);
    });
  }

  test("is one of the addresses or networks that were said, whatever the headers hold", async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("for=", '"', ",", "[", "::", "10.1.1.1", "%", "for=[::"),
    );
    const isAddress = fc.property(fc.array(text), fc.array(text), (old, now) => {
      const headers = { "x-forwarded-for": old.join(","), forwarded: now.join("") };
      const client = clientOf({ socket: { remoteAddress: "10.0.0.1" }, headers }, trusted);
      assert.match(client, /^[\d.]+$|^[\da-f:]+\/64$/);
    });
    await fc.assert(isAddress, { numRuns: 500 });
  });
});

describe("whose connection it is", () => {
  for (const [address, client] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["10.1.2.3", undefined],
    ["::ffff:10.1.2.3", undefined],
    ["fd12::1", undefined],
    ["11.0.0.0", "11.0.0.0"],
    ["", "unknown"],
    ["unknown", "unknown"],
  ] as const) {
    test(`from ${address || "nowhere"}: ${client ?? "a proxy's, of many clients"}`, () => {
      assert.equal(connectionClientOf(address, trusted), client);
    });
  }
});

describe("trusted proxies", () => {
  test("are addresses and networks of both kinds, or none", () => {
    assert.deepEqual(networksIn(""), []);
    const bits = networksIn("10.0.0.0/8, 127.0.0.1,fd00::/8 , ::1").map(([, bits]) => bits);
    assert.deepEqual(bits, [8, 32, 8, 128]);
    const longer = networksIn("192.168.7.0/24, fd00::/112").map(([, bits]) => bits);
    assert.deepEqual(longer, [24, 112]);
  });

  for (const wrong of [
    "10.0.0.0/33",
    "10.0.0",
    "::/129",
    "localhost",
    "10.0.0.1/",
    "10.0.0.1/x",
    "/8",
    "//8",
    "/10.0.0.0/8",
    "x/10.0.0.0/8",
    "10.0.0.0/8/8",
    "10.0.0.0/0008",
  ]) {
    test(`are refused where one is ${wrong}`, () => {
      assert.throws(() => networksIn(`::1, ${wrong}`), { message: wrong });
    });
  }
});
