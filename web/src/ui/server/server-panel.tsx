import type { ComponentChild } from "preact";
import type { Store } from "../../store/store.ts";
import { bannerId } from "../parts/banner-id.ts";
import { words } from "../parts/language.ts";
import { Term } from "../parts/term.tsx";

interface ServerPanelProps {
  readonly store: Store;
  /** Its rate over the last minute; undefined until the component is loaded. */
  readonly sparkline: ComponentChild;
  /** Who one is to it. */
  readonly account: ComponentChild;
}

/** What the server does now, for everybody. */
export function ServerPanel({ store, sparkline, account }: ServerPanelProps) {
  const { server: text, terms, numbers } = words.value;
  const now = store.activity.value;
  const { kind } = store.connection.value;
  const isLost = kind === "lost";
  return (
    <section class="panel" aria-labelledby="server-title" aria-describedby={isLost ? bannerId : undefined}>
      <h2 id="server-title">{isLost || (now && kind === "asked") ? text.lastHeard : text.title}</h2>
      {now === undefined ? (
        kind !== "asked" && <p class="hint">{isLost ? text.lost : text.connecting}</p>
      ) : (
        <dl>
          <dt>
            <Term word={text.workers} definition={terms.worker} />
          </dt>
          <dd>
            {text.busy(now.workersBusy, now.workers)}
            <meter min={0} max={Math.max(1, now.workers)} value={now.workersBusy} aria-label={text.workers} />
          </dd>
          <dt>{text.searches}</dt>
          <dd>{text.yours(now.searches, now.searchesOfCaller)}</dd>
          <dt>{text.waiting}</dt>
          <dd>{numbers.count(now.searchesWaiting)}</dd>
          <dt>{text.streams}</dt>
          <dd>{text.yours(now.streams, now.streamsOfCaller)}</dd>
          <dt>
            <Term word={text.rate} definition={terms.hash} />
          </dt>
          <dd>
            {numbers.rate(now.hashesPerSecond)}
            <div class="sparkline">{sparkline}</div>
          </dd>
          <dt>{text.hashes}</dt>
          <dd>{numbers.count(now.hashesComputed)}</dd>
        </dl>
      )}
      {account}
    </section>
  );
}
