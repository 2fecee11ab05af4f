import type { SearchState } from "../../session/search-state.ts";
import type { Words } from "../../words/en.ts";

/** What the card's one button does now. It stays the same element in the same place. */
export type CardAction = "stop" | "wait" | "try-now" | "resume" | "none";

export function actionOf(state: SearchState): CardAction {
  switch (state.kind) {
    case "running":
    case "queued":
      return "stop";
    case "stopping":
    case "timing-out":
      return "wait";
    case "unconfirmed":
    case "lost":
      return "try-now";
    case "exhausted":
    case "refused-input":
      return "none";
    default:
      return "resume";
  }
}

export function actionLabel(state: SearchState, { action, connections }: Words): string {
  switch (actionOf(state)) {
    case "stop":
      return state.kind === "queued" ? connections.cancel : action.stop;
    case "wait":
      return action.stopping;
    case "try-now":
      return action.tryNow;
    case "resume":
      return resumeLabel(state, action);
    case "none":
      return "";
  }
}

function resumeLabel({ kind, run }: SearchState, action: Words["action"]): string {
  switch (kind) {
    case "withdrawn":
      return run.startIndex > 0n ? action.resume : action.again;
    case "found":
      return action.findNext;
    case "found-unseen":
      return action.showMatch;
    case "not-started":
    case "refused-busy":
    case "failed":
      return action.again;
    default:
      return action.resume;
  }
}
