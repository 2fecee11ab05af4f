import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { ActivityListener, ActivityWatch } from "../../web/src/api/activity-watch.ts";
import type { Clients } from "../../web/src/api/clients.ts";
import type { Locks } from "../../web/src/api/locks.ts";

// Its types are those of browsers, which Node's do not know.
const {
  openActivity,
}: {
  openActivity(
    client: Clients["activity"],
    listener: ActivityListener,
    how: { readonly shared: boolean },
  ): ActivityWatch;
} = await import(String(new URL("../../web/src/api/open-activity.ts", import.meta.url)));

describe("the activity of a page", () => {
  test("has a stream of its own in every tab where connections are many", async (t) => {
    const { tab, opened } = browser(t);
    for (let i = 0; i < 2; i++) await tab(false);
    assert.equal(opened(), 2);
  });

  test("is read by one of the tabs where connections are few", async (t) => {
    const { tab, opened } = browser(t);
    for (let i = 0; i < 2; i++) await tab(true);
    assert.equal(opened(), 1);
  });

  test("has a stream of its own in every tab where tabs have no locks", async (t) => {
    t.mock.getter(navigator, "locks", () => undefined);
    const { tab, opened } = browser(t);
    for (let i = 0; i < 2; i++) await tab(true);
    assert.equal(opened(), 2);
  });

  test("is taken over from a tab that is frozen, by one that is not hidden", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { tab, opened, document, freezeReader } = browser(t);
    await freezeReader();
    document.hidden = true;
    await tab(true);
    for (const isHidden of [true, false]) {
      document.hidden = isHidden;
      t.mock.timers.tick(6_000);
      await settled();
      assert.equal(opened(), isHidden ? 0 : 1);
    }
  });
});

/** A browser whose tabs are all on this page. */
function browser(t: TestContext) {
  const document = { hidden: false };
  // Node has none.
  Object.assign(globalThis, { document });
  t.after(() => Reflect.deleteProperty(globalThis, "document"));
  const life = new AbortController();
  t.after(() => life.abort());
  let opened = 0;
  async function* watch(_: object, { signal }: { readonly signal: AbortSignal }) {
    opened++;
    yield {};
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }
  const client = { watchActivity: watch } as unknown as Clients["activity"];
  const listener = { activity() {}, connection() {} };
  return {
    document,
    opened: () => opened,
    async tab(shared: boolean): Promise<void> {
      const { close } = openActivity(client, listener, { shared });
      t.after(async () => {
        close();
        await settled();
      });
      await settled();
    },
    /** A tab has the reader's lock, and does nothing any more. */
    async freezeReader(): Promise<void> {
      // What Node has, and its types do not.
      const { locks } = navigator as unknown as { readonly locks: Locks };
      const held = locks.request(
        "hash-finder activity",
        {},
        () => new Promise((resolve) => life.signal.addEventListener("abort", resolve)),
      );
      held.catch(() => {}); // it is taken away
      await settled();
    },
  };
}

/** Until every message and lock that is on its way has arrived. */
async function settled(): Promise<void> {
  for (let i = 0; i < 30; i++) await turn();
}
