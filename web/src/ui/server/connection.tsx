import type { ReadonlySignal } from "@preact/signals";
import type { Connection } from "../../api/activity-watch.ts";
import type { Store } from "../../store/store.ts";
import { bannerId } from "../parts/banner-id.ts";
import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";

/** Whether the server can be reached, in the corner of the page. */
export function ConnectionState({ connection }: { readonly connection: ReadonlySignal<Connection> }) {
  const { kind } = connection.value;
  const glyph = kind === "connected" ? "done" : kind === "asked" ? "pending" : "working";
  // A loss is said by the banner. This one keeps its room, and is invisible.
  return (
    <p class="connection" data-kind={kind}>
      <Glyph kind={glyph} />
      {words.value.server[kind]}
    </p>
  );
}

/** When the next try is, and the way to have it now. */
export function ConnectionBanner({ store }: { readonly store: Store }) {
  const connection = store.connection.value;
  if (connection.kind !== "lost") return null;
  const { server, action, connections } = words.value;
  const { retryAt } = connection;
  return (
    <section class="banner" aria-label={server.lost}>
      <p id={bannerId}>
        {retryAt === undefined ? connections.tryingNow : server.banner(retryAt - store.now.value)}
      </p>
      <button type="button" onClick={store.tryNow}>
        {action.tryNow}
      </button>
    </section>
  );
}
