// The page's service worker, so that the page opens without its server. A script of its own:
// web/offline-worker.ts puts in front of it which files it keeps, as `files`.
//
// - Calls never pass through here: a worker in between would be one more that has to hear of
//   a Stop, and one more that can delay it.
// - Where there is a server, its page is shown. Scripts and styles carry a digest of their
//   content in their names, so what is kept of them is what the server would send.
// - A version is kept whole, each file checked by its digest, or not at all; and as long as a
//   page of it is open.

/** Each path, and the digest of what must come from there ("sha256-…"). */
declare const files: Readonly<Record<string, string>>;
/** Differs where any file does. */
declare const version: string;

interface WorkerEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface InstallEvent extends WorkerEvent {
  /** Chromium from 123 on; elsewhere undefined. */
  addRoutes?(routes: readonly object[]): Promise<void>;
}

interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const ours = "page ";
const kept = `${ours}${version}`;
// As long as the page waits before it calls a silent server lost.
const silenceMs = 4_000;

addEventListener("install", (event) => {
  const { addRoutes, waitUntil } = bound(event as InstallEvent);
  // Without this the browser would start the worker for each call, only to hear that it does nothing.
  waitUntil(Promise.all([addRoutes([{ condition: { requestMethod: "POST" }, source: "network" }]), keep()]));
});

addEventListener("activate", (event) => {
  (event as WorkerEvent).waitUntil(forgetOthers());
});

addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || !(pathname in files)) return;
  const answer = pathname.startsWith("/assets/")
    ? keptFirst(request, pathname)
    : serverFirst(request, pathname);
  (event as FetchEvent).respondWith(answer);
});

function bound(event: InstallEvent) {
  return {
    waitUntil: (work: Promise<unknown>) => event.waitUntil(work),
    addRoutes: async (routes: readonly object[]) => event.addRoutes?.(routes),
  };
}

/** One file after the other: the page may need the browser's other connections for a Stop. */
async function keep(): Promise<void> {
  try {
    const cache = await caches.open(kept);
    for (const [path, integrity] of Object.entries(files))
      await cache.put(path, await whole(path, integrity));
  } catch (error) {
    await caches.delete(kept);
    throw error;
  }
}

/** @throws when it is not there, or is another version's */
async function whole(path: string, integrity: string): Promise<Response> {
  const response = await fetch(path, { integrity });
  if (!response.ok) throw new Error(`Cannot keep ${path}: the server answered ${response.status}.`);
  return response;
}

async function forgetOthers(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(ours) && name !== kept);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function keptFirst(request: Request, path: string): Promise<Response> {
  return (await fromKept(path)) ?? fetch(request);
}

async function serverFirst(request: Request, path: string): Promise<Response> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), silenceMs);
  try {
    const response = await fetch(request, { signal: silent.signal });
    // A proxy's word that the server behind it is not there.
    return response.status < 500 ? response : ((await fromKept(path)) ?? response);
  } catch (error) {
    const response = await fromKept(path);
    if (response === undefined) throw error;
    return response;
  } finally {
    clearTimeout(timer);
  }
}

async function fromKept(path: string): Promise<Response | undefined> {
  const cache = await caches.open(kept);
  return cache.match(path, { ignoreVary: true });
}
