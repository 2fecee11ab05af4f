import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { CallEnd } from "../../api/call-end.ts";
import { causes } from "../../rehearsal/causes.ts";
import { codeOf, type StatusName, statusName, statusNames } from "../../rehearsal/codes.ts";
import { guideWords } from "../../words/guide-words.ts";
import { Glyph } from "../parts/glyph.tsx";
import { words } from "../parts/language.ts";
import type { GuideDeps } from "./guide-room.tsx";
import { GuideTable } from "./guide-table.tsx";

/** The 17 status codes, and for those that can be caused here a button that does. Leaving it cancels what runs. */
export function CodesView({ deps }: { readonly deps: GuideDeps }) {
  const text = guideWords(words.value);
  const life = useMemo(() => new AbortController(), []);
  useEffect(
    () => () => {
      life.abort();
      for (const name of statusNames) deps.announcer.forget(topicOf(name));
    },
    [life, deps],
  );
  return (
    <section class="scenario" aria-labelledby="scenario-title">
      <h2 id="scenario-title">{text.codes.title}</h2>
      <p>{text.codes.text}</p>
      <p class="hint">
        {text.sources}{" "}
        <a href="https://grpc.io/docs/guides/status-codes/">grpc.io/docs/guides/status-codes</a>
      </p>
      <GuideTable
        class="by-code"
        columns={[text.codes.code, text.codes.meaning, text.codes.here]}
        rows={statusNames.map((name) => ({
          key: name,
          head: (
            <>
              <code>{name}</code> <span class="fact">{codeOf(name)}</span>
            </>
          ),
          cells: [
            text.codes.meanings[name],
            <Cause key={name} name={name} deps={deps} signal={life.signal} />,
          ],
        }))}
      />
    </section>
  );
}

/** What several buttons cause is announced together. */
function topicOf(name: StatusName): string {
  return `code ${name}`;
}

interface CauseProps {
  readonly name: StatusName;
  readonly deps: GuideDeps;
  readonly signal: AbortSignal;
}

/** The button that causes a code, with what was seen then; or why there is none. */
function Cause({ name, deps, signal }: CauseProps) {
  const text = guideWords(words.value).codes;
  const isUnderWay = useSignal(false);
  const end = useSignal<CallEnd | undefined>(undefined);
  const cause = causes[name];
  const whyNot: Readonly<Partial<Record<StatusName, string>>> = text.not;

  async function press(): Promise<void> {
    if (!cause || isUnderWay.value) return;
    isUnderWay.value = true;
    end.value = await cause.make({ ...deps, signal });
    isUnderWay.value = false;
    deps.announcer.announce(() => said(name, end.value), topicOf(name));
  }

  return (
    <>
      {cause ? (
        <button type="button" aria-disabled={isUnderWay.value} onClick={() => void press()}>
          {text.cause}
          <span class="unseen"> {name}</span>
        </button>
      ) : (
        <span class="hint">{whyNot[name]}</span>
      )}
      {end.value && <Seen name={name} end={end.value} />}
    </>
  );
}

function Seen({ name, end }: { readonly name: StatusName; readonly end: CallEnd }) {
  const text = guideWords(words.value);
  const isIt = end.code === codeOf(name);
  return (
    <p class="code-seen" data-verdict={isIt ? "agrees" : "differs"}>
      <Glyph kind={isIt ? "done" : "warning"} /> <code>{statusName(end.code)}</code>{" "}
      {end.code === codeOf("UNIMPLEMENTED") ? text.status.noLab : end.words !== "" && <q>{end.words}</q>}
    </p>
  );
}

function said(name: StatusName, end: CallEnd | undefined): string {
  const text = guideWords(words.value).codes;
  return end === undefined ? "" : text.said(name, statusName(end.code));
}
