import { LanguageSwitch } from "./frame/language-switch.tsx";
import { ShortcutsButton } from "./frame/shortcuts-button.tsx";
import { StatusLine } from "./frame/status-line.tsx";
import { ThemeButton } from "./frame/theme-button.tsx";
import { ViewSwitch } from "./frame/view-switch.tsx";
import type { Page } from "./page.ts";
import { ConnectionBanner, ConnectionState } from "./server/connection.tsx";
import { OfflineNote } from "./server/offline-note.tsx";
import { ServerPanel } from "./server/server-panel.tsx";
import { type Places, places } from "./views.tsx";

/** The frame, and in its places what the view puts there. */
export function App({ page }: { readonly page: Page }) {
  const { route, store, streams, announcer, shortcuts } = page;
  const { start, choice, list, panels, foot }: Places = places[route.value.view](page);
  const account = page.account();
  return (
    <>
      <header class="masthead">
        <h1>
          <img src="/favicon.svg" alt="" width="28" height="28" /> Hash Finder
        </h1>
        <ViewSwitch route={route} on={{ searches: store.running, streams: streams.on }} />
        <div class="choices">
          <LanguageSwitch />
          <ThemeButton />
          <ShortcutsButton onPress={() => shortcuts.peek()?.open()} />
        </div>
        <ConnectionState connection={store.connection} />
      </header>
      <ConnectionBanner store={store} />
      <main class="layout" data-unreached={store.connection.value.kind === "lost"}>
        <div class="start">
          <OfflineNote store={store} />
          {start}
          <div class="status-row">
            <StatusLine text={announcer.text} />
            {choice}
          </div>
        </div>
        <div class="searches-column">{list}</div>
        <aside class="panels">
          <ServerPanel store={store} sparkline={page.sparkline()} account={account?.line} />
          {panels}
        </aside>
      </main>
      {foot}
      {shortcuts.value?.dialog()}
      {account?.dialog}
    </>
  );
}
