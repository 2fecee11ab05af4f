import { useEffect, useState } from "preact/hooks";
import { canHash, fingerprintOf, nearestIn } from "../../session/fingerprint.ts";
import { type LinkedMatch, matchQuery } from "../../session/match-link.ts";
import { base64Of, hexOf } from "../../session/secret.ts";
import { checkWords } from "../../words/check-words.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Hash } from "../parts/hash.tsx";
import { words } from "../parts/language.ts";
import { linkTo } from "./link-to.ts";
import type { MatchViewProps } from "./match-view.tsx";
import { SelfCheck } from "./self-check.tsx";

interface LinkedMatchProps extends Pick<MatchViewProps, "announce" | "hrefOf" | "onSearch"> {
  readonly match: LinkedMatch;
}

/** The fingerprint of a link's bytes, computed here, and what can be done with it. */
export function LinkedMatchParts({ match: { name, bytes }, announce, hrefOf, onSearch }: LinkedMatchProps) {
  const text = checkWords(words.value);
  const { intro, card, kept } = words.value;
  const [hash, setHash] = useState<string>();
  const secret = base64Of(bytes);

  useEffect(() => {
    if (canHash()) void fingerprintOf(bytes).then(setHash);
  }, [secret]);

  const nearest = hash === undefined ? undefined : nearestIn(hash, name);
  const wrong = nearest?.distance ?? 0;
  return (
    <>
      <p class="picture">
        <span>
          {intro.bytes} <code>{bytes.length === 0 ? card.emptySecret : hexOf(bytes)}</code>
        </span>
        <span>{intro.becomes}</span>
        {/* It is as high before the hash is there as after. */}
        <code class="hash">
          {hash && nearest && <Hash hash={hash} name={name} offset={nearest.offset} />}
        </code>
      </p>
      {canHash() ? (
        <p class="spells">
          {nearest && <b>{text.spells(name, wrong)}</b>} <span class="hint">{nearest && text.computed}</span>
        </p>
      ) : (
        <p class="hint">{text.noCrypto}</p>
      )}
      <div class="match-links">
        <button type="button" class="primary" onClick={() => onSearch({ name, wrongAllowed: wrong })}>
          {text.searchFor(intro.example(name, wrong))}
        </button>
        <CopyButton
          label={kept.copyLink}
          text={() => linkTo(hrefOf(matchQuery(name, secret)))}
          announce={announce}
        />
        <CopyButton label={kept.copyBytes} text={() => secret} announce={announce} />
      </div>
      <h3>{text.title}</h3>
      <SelfCheck bytes={bytes} announce={announce} />
    </>
  );
}
