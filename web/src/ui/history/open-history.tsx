import type { VNode } from "preact";
import { keepHistory } from "../../kept/keep-history.ts";
import type { Store } from "../../store/store.ts";
import { HistoryList, type HistoryListProps } from "./history-list.tsx";

/** Writes the page's searches down from now on. Answers with the component that shows those of earlier pages. */
export function openHistory(store: Store, props: Omit<HistoryListProps, "history">): () => VNode {
  const history = keepHistory(store);
  return () => <HistoryList history={history} {...props} />;
}
