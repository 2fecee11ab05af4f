import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { canHash, fingerprintOf } from "../../session/fingerprint.ts";
import { matchQuery } from "../../session/match-link.ts";
import type { Match } from "../../session/matches.ts";
import { bytesOf } from "../../session/secret.ts";
import { checkWords } from "../../words/check-words.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Glyph } from "../parts/glyph.tsx";
import { Hash } from "../parts/hash.tsx";
import { words } from "../parts/language.ts";
import { linkTo } from "./link-to.ts";
import { SelfCheck } from "./self-check.tsx";

interface CheckPanelProps {
  readonly match: Match;
  readonly name: string;
  readonly announce: (line: string, topic: string) => void;
  /** The link to the match of a query. */
  readonly hrefOf: (query: string) => string;
  readonly onClose: () => void;
}

/** A match of a search: how to check it without believing this page or its server, and the link to it. */
export function CheckPanel({ match, name, announce, hrefOf, onClose }: CheckPanelProps) {
  const text = checkWords(words.value);
  const { kept } = words.value;
  const titleId = useId();
  const title = useRef<HTMLHeadingElement>(null);
  // What this browser computed, and for which match.
  const [computed, setComputed] = useState<{ readonly of: Match; readonly hash: string }>();
  const bytes = bytesOf(match.secret) ?? new Uint8Array();
  const href = hrefOf(matchQuery(name, match.secret));

  // With the rendering: an Esc that comes right after it is meant for what is opened.
  useLayoutEffect(() => title.current?.focus(), [match]);

  async function compute(): Promise<void> {
    const hash = await fingerprintOf(bytes);
    setComputed({ of: match, hash });
    announce(verdict(hash), "check");
  }

  function verdict(hash: string): string {
    return hash === match.hash ? text.same : text.different(hash);
  }

  function close(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    // The page's own meaning of Esc is to stop a search.
    event.preventDefault();
    onClose();
  }

  const result = computed?.of === match ? computed.hash : undefined;
  return (
    <section class="check-panel" aria-labelledby={titleId} onKeyDown={close}>
      <div class="check-head">
        <h4 id={titleId} ref={title} tabIndex={-1}>
          {text.title}
        </h4>
        <button type="button" class="quiet" onClick={onClose}>
          {text.close} <span class="unseen">{text.title}</span>
        </button>
      </div>
      <code class="hash">
        <Hash hash={match.hash} name={name} offset={match.offset} />
      </code>
      <SelfCheck bytes={bytes} announce={announce} />
      {canHash() ? (
        <p class="check-here">
          <button type="button" onClick={() => void compute()}>
            {text.compute}
          </button>
          {result !== undefined && (
            <span class="verdict" data-verdict={result === match.hash ? "done" : "warning"}>
              <Glyph kind={result === match.hash ? "done" : "warning"} /> {verdict(result)}
            </span>
          )}
        </p>
      ) : (
        <p class="hint">{text.noCrypto}</p>
      )}
      <p class="match-links">
        <CopyButton label={kept.copyLink} text={() => linkTo(href)} announce={announce} />
        <a href={href}>{text.open}</a>
      </p>
    </section>
  );
}
