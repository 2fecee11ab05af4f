import { effect } from "@preact/signals";
import type { VNode } from "preact";
import { keepHistory } from "../../kept/keep-history.ts";
import type { Announcer } from "../../store/announcer.ts";
import type { Store } from "../../store/store.ts";
import { words } from "../parts/language.ts";
import { HistoryList, type HistoryListProps } from "./history-list.tsx";
import { removalWords, UndoBar } from "./undo-bar.tsx";

interface OpenHistoryProps extends Omit<HistoryListProps, "history"> {
  readonly announce: Announcer["announce"];
}

/**
 * Writes the page's searches down from now on. Answers with the component that shows those of
 * earlier pages, and undoes what is removed.
 */
export function openHistory(store: Store, { announce, ...props }: OpenHistoryProps): () => VNode {
  const history = keepHistory(store);
  effect(() => {
    const removal = history.removal.value;
    if (removal) announce(() => removalWords(removal, words.peek(), history.isKept.peek()), "removal");
  });
  return () => (
    <>
      <UndoBar history={history} announce={(line) => announce(line, "removal")} />
      <HistoryList history={history} {...props} />
    </>
  );
}
