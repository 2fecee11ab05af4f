import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { runInNewContext } from "node:vm";
import { buildPage, scriptsAtFirst } from "../support/built-page.ts";

const page = await buildPage("production");
after(() => page.remove());
const [script = ""] = scriptsAtFirst(page.folder);
const origin = "http://finder.example";

interface FakeEvent {
  addRoutes?(routes: readonly object[]): Promise<void>;
  waitUntil?(work: Promise<unknown>): void;
  readonly request?: { readonly method: string; readonly url: string };
  respondWith?(response: Promise<unknown>): void;
}

/** The worker as it was built, in a browser that only remembers what is kept. */
function worker(fromServer: (path: string) => Promise<unknown>) {
  const listeners = new Map<string, (event: FakeEvent) => void>();
  const stored = new Map<string, unknown>();
  const deleted: string[] = [];
  const cache = {
    put: async (path: string, response: unknown) => void stored.set(path, response),
    match: async (path: string) => stored.get(path),
  };
  runInNewContext(readFileSync(join(page.folder, "offline.js"), "utf8"), {
    addEventListener: (name: string, listener: (event: FakeEvent) => void) => listeners.set(name, listener),
    caches: {
      open: async () => cache,
      keys: async () => ["page of another version", "not ours"],
      delete: async (name: string) => deleted.push(name),
    },
    fetch: (asked: string | { url: string }) => fromServer(typeof asked === "string" ? asked : asked.url),
    location: { origin },
    URL,
    AbortController,
    setTimeout,
    clearTimeout,
  });
  const fire = (name: string, event: FakeEvent) => listeners.get(name)?.(event);
  return {
    stored,
    deleted,
    fire,
    /** What the worker answers; undefined when it leaves the request to the browser. */
    ask(method: string, path: string): Promise<unknown> | undefined {
      let answer: Promise<unknown> | undefined;
      const url = new URL(path, origin).href;
      const respondWith = (response: Promise<unknown>) => {
        answer = response;
      };
      fire("fetch", { request: { method, url }, respondWith });
      return answer;
    },
  };
}

const ok = (of: string) => ({ ok: true, status: 200, of });
const unreachable = async () => Promise.reject(new TypeError("Failed to fetch"));

test("the worker leaves calls to the browser, whatever their address", () => {
  const { ask } = worker(unreachable);
  for (const path of ["/hash_name.HashFinder/FindRange", "/Message/Stream", "/", `/assets/${script}`])
    assert.equal(ask("POST", path), undefined, path);
  for (const path of ["/hash_name.HashFinder/Find", "/share.png", "https://other.example/", "/states.html"])
    assert.equal(ask("GET", path), undefined, path);
});

test("the worker has the browser send calls past it, where the browser can", async () => {
  const { fire } = worker(async (path) => ok(path));
  const routes: object[] = [];
  const work: Promise<unknown>[] = [];
  fire("install", {
    addRoutes: async (some) => void routes.push(...some),
    waitUntil: (installation) => void work.push(installation),
  });
  await Promise.all(work);
  assert.equal(JSON.stringify(routes), `[{"condition":{"requestMethod":"POST"},"source":"network"}]`);
});

test("the worker keeps every file of the page, one after the other, or none", async () => {
  const install = async (fromServer: (path: string) => Promise<unknown>) => {
    const work: Promise<unknown>[] = [];
    const installed = worker(fromServer);
    // A browser that knows no routes.
    installed.fire("install", { waitUntil: (installation) => void work.push(installation) });
    return { ...installed, done: Promise.all(work) };
  };
  let underWay = 0;
  const whole = await install(async (path) => {
    assert.equal(++underWay, 1, "the browser's other connections stay free");
    await Promise.resolve();
    underWay--;
    return ok(path);
  });
  await whole.done;
  assert.deepEqual([whole.stored.has("/"), whole.stored.has(`/assets/${script}`)], [true, true]);
  assert.equal(whole.stored.size > 15, true);

  const broken = await install(async (path) =>
    path === "/theme.js" ? { ok: false, status: 503 } : ok(path),
  );
  await assert.rejects(broken.done, { message: "Cannot keep /theme.js: the server answered 503." });
  assert.equal(broken.deleted.length, 1);
});

test("the worker shows the server's page where there is one, else the one that it keeps", async () => {
  const kept = { of: "kept" };
  for (const [fromServer, answer] of [
    [async () => ok("server"), "server"],
    [async () => ({ ok: false, status: 404, of: "server" }), "server"],
    [async () => ({ ok: false, status: 503, of: "proxy" }), "kept"],
    [unreachable, "kept"],
  ] as const) {
    const { ask, stored } = worker(fromServer);
    stored.set("/", kept);
    const shown = (await ask("GET", "/?name=web")) as { of: string };
    assert.equal(shown.of, answer);
  }
  await assert.rejects(
    async () => worker(unreachable).ask("GET", "/"),
    /Failed to fetch/,
    "nothing is kept yet",
  );
});

test("the worker forgets other versions of the page, and nothing else", async () => {
  const { fire, deleted } = worker(unreachable);
  const work: Promise<unknown>[] = [];
  fire("activate", { waitUntil: (activation) => void work.push(activation) });
  await Promise.all(work);
  assert.deepEqual(deleted, ["page of another version"]);
});
