import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { publicUrl } from "../../web/public-url.ts";
import { buildPage, scriptsAtFirst, serveFolder } from "../support/built-page.ts";

const page = await buildPage("production");
const server = await serveFolder(page.folder);
after(async () => {
  await server.close();
  page.remove();
});

const get = (path: string): Promise<Response> => fetch(new URL(path, server.url));
const typeAndCache = async (path: string) => {
  const { status, headers } = await get(path);
  return [status, headers.get("content-type")?.split(";")[0], headers.get("cache-control")];
};

test("what is installed is asked for each time, so that an update is seen at once", async () => {
  assert.deepEqual(await typeAndCache("/"), [200, "text/html", "no-cache"]);
  assert.deepEqual(await typeAndCache("/offline.js"), [200, "text/javascript", "no-cache"]);
  assert.deepEqual(await typeAndCache("/manifest.webmanifest"), [
    200,
    "application/manifest+json",
    "no-cache",
  ]);
  assert.deepEqual(await typeAndCache("/icon-512.png"), [200, "image/png", "no-cache"]);
  const [script = ""] = scriptsAtFirst(page.folder);
  assert.deepEqual(await typeAndCache(`/assets/${script}`), [
    200,
    "text/javascript",
    "public, max-age=31536000, immutable",
  ]);
});

test("the page is served as it was when the server started, though its folder is gone", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "hash-finder-page-"));
  cpSync(page.folder, folder, { recursive: true });
  const old = await serveFolder(folder);
  t.after(() => old.close());
  rmSync(folder, { recursive: true });
  assert.equal(await (await fetch(old.url)).text(), readFileSync(join(page.folder, "index.html"), "utf8"));
});

test("a range, whatever it says, is answered with the whole file", async () => {
  const whole = readFileSync(join(page.folder, "share.png")).length;
  for (const range of [
    "bytes=0-9",
    "bytes=100-50",
    "bytes=-5",
    "bytes=99999999-",
    "bytes=0-1,3-4",
    "1-0",
    "",
  ]) {
    const response = await fetch(new URL("/share.png", server.url), { headers: { range } });
    assert.deepEqual([response.status, (await response.arrayBuffer()).byteLength], [200, whole], range);
  }
});

test("what a browser has already is not sent again, in whichever coding it has it", async () => {
  const asked = async (coding: string, etag = "") => {
    const headers = { "accept-encoding": coding, "if-none-match": etag };
    return await fetch(server.url, { headers });
  };
  const tags = await Promise.all(
    ["br", "gzip", "identity"].map(async (coding) => {
      const { status, headers } = await asked(coding);
      const tag = headers.get("etag") ?? "";
      assert.deepEqual([status, headers.get("vary")], [200, "Accept-Encoding"]);
      assert.equal(headers.get("content-encoding") ?? "identity", coding);
      for (const etag of [tag, `W/${tag}`, `"other", ${tag}`])
        assert.equal((await asked(coding, etag)).status, 304, etag);
      return tag;
    }),
  );
  assert.equal(new Set(tags).size, 3);
  assert.equal((await asked("br", tags[1])).status, 200);
});

test("a coding of weight 0 is not taken, and a better one is", async () => {
  for (const [accepted, coding] of [
    ["br;q=0, gzip", "gzip"],
    ["gzip;q=1.0, BR; q=0.5", "br"],
    ["br; q=0.0, gzip;q=0", null],
    ["*;q=0", null],
  ] as const) {
    const response = await fetch(server.url, { headers: { "accept-encoding": accepted } });
    await response.body?.cancel();
    assert.equal(response.headers.get("content-encoding"), coding, accepted);
  }
});

test("only GET and HEAD of a file are answered with it", async () => {
  const ask = (method: string) => fetch(server.url, { method });
  const head = await ask("HEAD");
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.ok(Number(head.headers.get("content-length")) > 0);
  for (const method of ["POST", "PUT", "DELETE"]) {
    const response = await ask(method);
    assert.deepEqual([response.status, response.headers.get("allow")], [405, "GET, HEAD"], method);
  }
});

test("the page's security policy allows its worker and its manifest, and nothing from elsewhere", async () => {
  const policy = (await get("/")).headers.get("content-security-policy") ?? "";
  assert.match(policy, /default-src 'self'/);
  // They fall back to default-src, and nothing narrows it.
  assert.doesNotMatch(policy, /worker-src|manifest-src|connect-src|script-src/);
});

test("every icon of the manifest is there, of the size that it claims", async () => {
  const manifest = JSON.parse(readFileSync(join(page.folder, "manifest.webmanifest"), "utf8"));
  const icons: readonly { src: string; sizes: string; type: string; purpose: string }[] = manifest.icons;
  for (const { src, sizes, type } of icons) {
    const icon = await get(src);
    assert.deepEqual([icon.status, icon.headers.get("content-type")], [200, type], src);
    if (type === "image/png") assert.equal(sizeOf(Buffer.from(await icon.arrayBuffer())), sizes, src);
  }
  for (const purpose of ["any", "maskable"])
    for (const sizes of ["192x192", "512x512"])
      assert.ok(
        icons.some((icon) => icon.purpose === purpose && icon.sizes === sizes),
        `${purpose} ${sizes}`,
      );
  assert.deepEqual(
    [manifest.name, manifest.start_url, manifest.scope, manifest.display],
    ["Hash Finder", "/", "/", "standalone"],
  );
});

test("the page names its pictures, of the sizes that they have", async () => {
  const html = await (await get("/")).text();
  const [, touch = ""] = /rel="apple-touch-icon" href="([^"]+)"/.exec(html) ?? [];
  assert.equal(sizeOf(Buffer.from(await (await get(touch)).arrayBuffer())), "180x180");
  const [, share = ""] = /property="og:image" content="([^"]+)"/.exec(html) ?? [];
  assert.equal(sizeOf(Buffer.from(await (await get(share)).arrayBuffer())), "1200x630");
  assert.match(html, /name="twitter:card" content="summary_large_image"/);
});

test("with a public address the picture beside a link has a whole one", () => {
  const told = (address: string | undefined) => {
    const { transformIndexHtml } = publicUrl(address);
    assert.ok(typeof transformIndexHtml === "function");
    return (transformIndexHtml as (html: string) => string)("%PUBLIC_URL%/share.png");
  };
  assert.equal(told("https://finder.example/"), "https://finder.example/share.png");
  assert.equal(told(undefined), "/share.png");
  for (const wrong of ["finder.example", "ftp://finder.example", "https://finder.example/below"])
    assert.throws(() => told(wrong), /Give one like https:\/\/finder\.example\./);
});

/** Width and height as the PNG itself says them (PNG specification, section 11.2.2). */
function sizeOf(png: Buffer): string {
  assert.equal(png.toString("latin1", 12, 16), "IHDR");
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}
