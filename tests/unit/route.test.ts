import assert from "node:assert/strict";
import { test } from "node:test";
import { hrefOf, routeOf, views } from "../../web/src/ui/frame/route.ts";

test("every view's own link leads to it", () => {
  for (const view of [...views, "match"] as const)
    assert.deepEqual(routeOf(hrefOf({ view })), { view, query: "" });
});

test("a link to a match says which", () => {
  const route = { view: "match", query: "name=a%2Bb&bytes=f_0" } as const;
  assert.equal(hrefOf(route), "#match?name=a%2Bb&bytes=f_0");
  assert.deepEqual(routeOf(hrefOf(route)), route);
});

test("an address that names no view leads to the searches", () => {
  for (const hash of ["", "#", "#stream", "#streams/a", "#%", "streams", "#?name=a", "#amatch?"])
    assert.equal(routeOf(hash).view, "searches", hash);
});
