import { ConnectionBanner, ConnectionState } from "./connection.tsx";
import { KeyPad } from "./key-pad.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { LastStopPanel } from "./last-stop-panel.tsx";
import { NotifyButton } from "./notify-button.tsx";
import type { Page } from "./page.ts";
import { SearchForm } from "./search-form.tsx";
import { SearchList } from "./search-list.tsx";
import { ServerPanel } from "./server-panel.tsx";
import { StatusLine } from "./status-line.tsx";
import { StopBar } from "./stop-bar.tsx";
import { StreamList } from "./stream-list.tsx";
import { ThemeButton } from "./theme-button.tsx";
import { ViewSwitch } from "./view-switch.tsx";

export function App({ page }: { readonly page: Page }) {
  const { store, announcer } = page;
  const HistoryList = page.historyList.value;
  const showsStreams = page.view.value === "streams";
  return (
    <>
      <header class="masthead">
        <h1>
          <img src="/favicon.svg" alt="" width="28" height="28" /> Hash Finder
        </h1>
        <ViewSwitch page={page} />
        <div class="choices">
          <LanguageSwitch />
          <ThemeButton />
        </div>
        <ConnectionState connection={store.connection} />
      </header>
      <ConnectionBanner store={store} />
      <main class="layout">
        <div class="start">
          {showsStreams ? <KeyPad page={page} /> : <SearchForm page={page} />}
          <div class="status-row">
            <StatusLine text={announcer.text} />
            {!showsStreams && <NotifyButton page={page} />}
          </div>
        </div>
        <div class="searches-column">
          {showsStreams ? <StreamList page={page} /> : <SearchList page={page} />}
          {HistoryList && !showsStreams && <HistoryList page={page} />}
        </div>
        <aside class="panels">
          <ServerPanel store={store} />
          {!showsStreams && <LastStopPanel store={store} />}
        </aside>
      </main>
      {!showsStreams && <StopBar page={page} />}
    </>
  );
}
