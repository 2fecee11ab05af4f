import { words } from "../parts/language.ts";
import { hearsQuestionMark } from "../parts/question-mark.ts";

/** Lists the keys, for those who have none to press. */
export function ShortcutsButton({ onPress }: { readonly onPress: () => void }) {
  const label = words.value.everyone.keys;
  return (
    <button
      type="button"
      class="quiet"
      title={label}
      aria-haspopup="dialog"
      aria-keyshortcuts={hearsQuestionMark.value ? "?" : undefined}
      onClick={onPress}
    >
      <span aria-hidden="true">?</span>
      <span class="unseen">{label}</span>
    </button>
  );
}
