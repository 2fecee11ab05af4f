import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Connections } from "../../web/src/session/connections.ts";

// Its types are those of browsers, which Node's do not know.
const {
  callConnections,
  isMultiplexed,
}: { callConnections(): Connections | undefined; isMultiplexed(): boolean } = await import(
  String(new URL("../../web/src/store/connections.ts", import.meta.url))
);

describe("the connections of a page", () => {
  for (const protocol of ["h2", "h3", "h3-29"]) {
    test(`have no limit over ${protocol}`, (t) => {
      loadedOver(t, protocol);
      assert.equal(isMultiplexed(), true);
      assert.equal(callConnections(), undefined);
    });
  }

  for (const protocol of ["http/1.1", "http/1.0", "", "spdy/h2", undefined]) {
    test(`are few over ${protocol === undefined ? "what nobody knows" : `"${protocol}"`}`, (t) => {
      loadedOver(t, protocol);
      assert.equal(isMultiplexed(), false);
      assert.ok(callConnections());
    });
  }

  test("over HTTP/1.1 are four for all tabs, of six: for calls that stay open", async (t) => {
    loadedOver(t, "http/1.1");
    assert.equal(await heldBy(t, [callConnections(), callConnections()]), 4);
  });

  test("are four for each tab where tabs have no locks to share them by", async (t) => {
    loadedOver(t, "http/1.1");
    t.mock.getter(navigator, "locks", () => undefined);
    assert.equal(await heldBy(t, [callConnections(), callConnections()]), 8);
  });
});

/** The page came over the protocol; undefined where the browser does not say how. */
function loadedOver(t: TestContext, protocol: string | undefined): void {
  class Navigation {
    readonly nextHopProtocol = protocol;
  }
  // Node has no navigation.
  Object.assign(globalThis, { PerformanceNavigationTiming: Navigation });
  t.after(() => Reflect.deleteProperty(globalThis, "PerformanceNavigationTiming"));
  t.mock.method(performance, "getEntriesByType", (type: string) =>
    type === "navigation" && protocol !== undefined ? [new Navigation()] : [],
  );
}

/** How many connections tabs hold that want more than there are. */
async function heldBy(t: TestContext, tabs: readonly (Connections | undefined)[]): Promise<number> {
  const life = new AbortController();
  t.after(() => life.abort());
  let held = 0;
  for (const connections of tabs) {
    assert.ok(connections);
    for (let i = 0; i < 6; i++) void connections.hold(life.signal, () => {}).then((has) => has && held++);
  }
  for (let i = 0; i < 60; i++) await turn();
  return held;
}
