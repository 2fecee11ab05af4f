import type { ComponentChild } from "preact";
import { CheckPanel } from "./check-panel.tsx";
import { MatchView, type MatchViewProps } from "./match-view.tsx";

/** One match: checked where it was found, or shown by a link. */
export const matchRoom = {
  CheckPanel,
  /** What the view of one match shows. */
  places(props: MatchViewProps): { readonly start: ComponentChild; readonly list: ComponentChild } {
    // Another link is another match: nothing of the one before stays.
    return { start: <MatchView key={props.query} {...props} />, list: undefined };
  },
} as const;
