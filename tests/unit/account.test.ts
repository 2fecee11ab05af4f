import assert from "node:assert/strict";
import { beforeEach, describe, type TestContext, test } from "node:test";
import type * as Account from "../../web/src/api/account.ts";
import { until } from "../support/until.ts";

// Its types are those of browsers, which Node's do not know.
const { askBy, fetchSigned, isAsked, ownAccount, setAccount, untilToken }: typeof Account = await import(
  String(new URL("../../web/src/api/account.ts", import.meta.url))
);

const call = { method: "POST", body: new Uint8Array([1, 2, 3]) };

describe("a call of the page", () => {
  beforeEach(() => setAccount({ token: "hf_old", name: "old" }));

  test("carries the token, and a UUID that stays", async (t) => {
    const { sent } = server(t, "hf_old");
    await fetchSigned("/a", call);
    await fetchSigned("/b", { ...call, headers: new Headers({ te: "trailers" }) });
    assert.deepEqual(
      sent.map(({ headers }) => [headers.get("authorization"), headers.get("te")]),
      [
        ["Bearer hf_old", null],
        ["Bearer hf_old", "trailers"],
      ],
    );
    const [first, second] = sent.map(({ headers }) => headers.get("search-owner"));
    assert.match(first ?? "", /^[0-9a-f-]{36}$/);
    assert.equal(first, second);
  });

  test("that is refused for want of a token waits for one, asks once, and is sent again as it was", async (t) => {
    const { sent } = server(t, "hf_new");
    const given = Promise.withResolvers<void>();
    const asked: boolean[] = [];
    askBy((isInsisted) => {
      asked.push(isInsisted);
      return given.promise;
    });
    const calls = [fetchSigned("/a", call), fetchSigned("/b", call)];
    await until(() => asked.length === 2);
    assert.equal(isAsked(), true);
    setAccount({ token: "hf_new", name: "new" });
    given.resolve();
    for (const answer of await Promise.all(calls)) assert.equal(answer.headers.get("grpc-status"), null);
    assert.equal(isAsked(), false);
    assert.deepEqual(asked, [false, false]);
    assert.deepEqual(
      sent.slice(2).map(({ url, init, headers }) => [url, init.body, headers.get("authorization")]),
      [
        ["/a", call.body, "Bearer hf_new"],
        ["/b", call.body, "Bearer hf_new"],
      ],
    );
    assert.deepEqual(ownAccount(), { token: "hf_new", name: "new" });
  });

  test("that is stopped while it waits ends at once, with the reason it was given", async (t) => {
    server(t, "hf_new");
    const given = Promise.withResolvers<void>();
    askBy(() => given.promise);
    const controller = new AbortController();
    const stopped = fetchSigned("/a", { ...call, signal: controller.signal });
    await until(() => isAsked());
    controller.abort(new Error("stopped"));
    await assert.rejects(stopped, /^Error: stopped$/);
    setAccount({ token: "hf_new", name: "new" });
    given.resolve();
    await until(() => !isAsked());
  });

  test("that was stopped before it is asked for a token does not wait", async () => {
    askBy(() => Promise.resolve());
    await assert.rejects(untilToken(AbortSignal.abort(new Error("stopped"))), /^Error: stopped$/);
  });

  test("that was refused with an older token is sent with the present one, and nobody is asked", async (t) => {
    const { sent } = server(t, "hf_new", () => setAccount({ token: "hf_new", name: "new" }));
    askBy(() => assert.fail("asked"));
    await fetchSigned("/a", call);
    assert.equal(sent.length, 2);
  });
});

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
  readonly headers: Headers;
}

/** A server that knows one token; `onRefused` runs before each refusal. */
function server(t: TestContext, token: string, onRefused = () => {}): { readonly sent: readonly Sent[] } {
  const sent: Sent[] = [];
  const storage: Record<string, string> = {};
  t.mock.getter(globalThis, "localStorage", () => storage as unknown as Storage);
  t.mock.method(globalThis, "fetch", async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    sent.push({ url, init, headers });
    if (headers.get("authorization") === `Bearer ${token}`) return new Response();
    onRefused();
    return new Response(null, { headers: { "grpc-status": "16" } });
  });
  return { sent };
}
