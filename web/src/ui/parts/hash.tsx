import { partsOf } from "../../session/match-parts.ts";

interface HashProps {
  readonly hash: string;
  readonly name: string;
  readonly offset: number;
}

/** A match's hash. The matched part is marked; a wrong character in it also carries a dot. */
export function Hash({ hash, name, offset }: HashProps) {
  const parts = partsOf(hash, name, offset);
  const first = parts.findIndex(({ kind }) => kind !== "outside");
  const after = parts.findLastIndex(({ kind }) => kind !== "outside") + 1;
  return (
    <>
      {parts.slice(0, first).map(({ text }) => text)}
      <mark>
        {parts
          .slice(first, after)
          .map(({ text, kind }) => (kind === "wrong" ? <span class="wrong">{text}</span> : text))}
      </mark>
      {parts.slice(after).map(({ text }) => text)}
    </>
  );
}
