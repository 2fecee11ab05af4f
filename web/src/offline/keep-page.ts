// What the page itself needs comes first.
const afterLoadMs = 1_000;

/** Lets the page open without its server from the next visit on. Nothing of it is in development. */
export function keepPage(): void {
  // A page from an insecure address has no such container.
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    setTimeout(() => {
      navigator.serviceWorker.register("/offline.js").catch(() => {});
    }, afterLoadMs);
  });
}
