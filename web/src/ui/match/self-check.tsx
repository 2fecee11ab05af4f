import { shellLineOf } from "../../session/secret.ts";
import { checkWords } from "../../words/check-words.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { words } from "../parts/language.ts";

interface SelfCheckProps {
  readonly bytes: Uint8Array;
  readonly announce: (line: string, topic: string) => void;
}

/** The line that computes the fingerprint in a shell. It needs neither this page nor its server. */
export function SelfCheck({ bytes, announce }: SelfCheckProps) {
  const text = checkWords(words.value);
  const line = shellLineOf(bytes);
  return (
    <div class="self-check">
      <p>{text.inShell}</p>
      <code class="command">{line}</code>
      <CopyButton label={text.copyCommand} text={() => line} announce={announce} />
    </div>
  );
}
