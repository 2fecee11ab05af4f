import { SearchForm } from "./form/search-form.tsx";
import { LanguageSwitch } from "./frame/language-switch.tsx";
import { NotifyButton } from "./frame/notify-button.tsx";
import { StatusLine } from "./frame/status-line.tsx";
import { ThemeButton } from "./frame/theme-button.tsx";
import { ViewSwitch } from "./frame/view-switch.tsx";
import type { Page } from "./page.ts";
import { LastStopPanel } from "./proof/last-stop-panel.tsx";
import { SearchList } from "./search-card/search-list.tsx";
import { StopBar } from "./search-card/stop-bar.tsx";
import { ConnectionBanner, ConnectionState } from "./server/connection.tsx";
import { ServerPanel } from "./server/server-panel.tsx";
import { KeyPad } from "./streams/key-pad.tsx";
import { StreamList } from "./streams/stream-list.tsx";

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
