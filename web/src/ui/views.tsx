import type { ComponentChild } from "preact";
import { queryOf } from "./form/form-input.ts";
import { fillIn } from "./form/form-state.ts";
import { SearchForm } from "./form/search-form.tsx";
import { NotifyButton } from "./frame/notify-button.tsx";
import { hrefOf, type View } from "./frame/route.ts";
import { type Example, Intro } from "./intro/intro.tsx";
import type { Page } from "./page.ts";
import { ChanceBar } from "./search-card/chance-bar.tsx";
import { neverSent } from "./search-card/never-sent.ts";
import { SearchList } from "./search-card/search-list.tsx";
import { StopBar } from "./search-card/stop-bar.tsx";

/** What a view puts into the places of the frame, which stay when the view changes. */
export interface Places {
  /** Where something new begins. */
  readonly start: ComponentChild;
  /** Beside the status line. */
  readonly choice?: ComponentChild;
  /** What has been started. */
  readonly list: ComponentChild;
  /** Beside it, below the server's panel. */
  readonly panels?: ComponentChild;
  /** Below everything. */
  readonly foot?: ComponentChild;
}

export const places = {
  searches: ({
    form,
    isNewcomer,
    search,
    store,
    announcer: { announce, forget },
    odds,
    rate,
    history,
    matchRoom,
    ladder,
    lastStop,
    proof,
    say,
  }) => {
    const History = history.value;
    const CheckPanel = matchRoom.value?.CheckPanel;
    return {
      start: (
        <>
          <Intro isNewcomer={isNewcomer} onTry={(example) => search(queryOf(fillIn(form, example)), true)} />
          <SearchForm
            state={form}
            odds={odds}
            rate={rate}
            activity={store.activity}
            announce={announce}
            forget={forget}
            onSearch={search}
          />
        </>
      ),
      choice: <NotifyButton announce={announce} />,
      list: (
        <>
          <SearchList
            store={store}
            odds={(state) => (
              <>
                <ChanceBar state={state} odds={odds} store={store} />
                {!neverSent(state) && ladder(state)}
              </>
            )}
            say={say}
            announce={announce}
            proof={(state) => proof(state, store.now)}
            check={
              CheckPanel &&
              ((checked) => <CheckPanel {...checked} announce={announce} hrefOf={hrefOfMatch} />)
            }
          />
          {History && <History />}
        </>
      ),
      panels: lastStop(store),
      foot: <StopBar store={store} />,
    };
  },
  // Loaded after the page itself: see page.ts.
  streams: ({ streams, announcer: { announce }, streamPlaces, sayStream }) =>
    streamPlaces.value?.(streams, { announce, say: sayStream }) ?? { start: undefined, list: undefined },
  guide: ({ route, guide }) => guide()?.places(route.value.query) ?? { start: undefined, list: undefined },
  match: ({ route, form, search, announcer: { announce }, matchRoom }) => {
    const home = hrefOf({ view: "searches" });
    const props = {
      query: route.value.query,
      announce,
      hrefOf: hrefOfMatch,
      home,
      onSearch(example: Example) {
        location.hash = home;
        search(queryOf(fillIn(form, example)), true);
      },
      onOther() {
        fillIn(form, {});
        form.isFolded.value = false;
      },
    };
    return matchRoom.value?.places(props) ?? { start: undefined, list: undefined };
  },
} as const satisfies Record<View, (page: Page) => Places>;

function hrefOfMatch(query: string): string {
  return hrefOf({ view: "match", query });
}
