import type { VNode } from "preact";
import { keepHistory } from "../../kept/keep-history.ts";
import type { SearchState } from "../../session/search-state.ts";
import type { Store } from "../../store/store.ts";
import { HistoryList } from "./history-list.tsx";

/** Writes the page's searches down from now on. Answers with the component that shows those of earlier pages. */
export function openHistory(
  store: Store,
  say: (state: SearchState) => string,
  announce: (line: string) => void,
): () => VNode {
  const history = keepHistory(store);
  return () => <HistoryList history={history} say={say} announce={announce} />;
}
