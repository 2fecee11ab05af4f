import assert from "node:assert/strict";
import { test } from "node:test";
import { hrefOf, routeOf, views } from "../../web/src/ui/frame/route.ts";

test("every view's own link leads to it", () => {
  for (const view of views) assert.deepEqual(routeOf(hrefOf({ view })), { view });
});

test("an address that names no view leads to the searches", () => {
  for (const hash of ["", "#", "#stream", "#streams/a", "#%", "streams"])
    assert.deepEqual(routeOf(hash), { view: "searches" }, hash);
});
