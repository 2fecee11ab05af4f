interface KeyListProps {
  readonly title: string;
  /** Keys in the order in which they are pressed, and what they do. */
  readonly keys: readonly (readonly [pressed: readonly string[], does: string])[];
}

/** Some of the keys, under a title. */
export function KeyList({ title, keys }: KeyListProps) {
  return (
    <>
      <h3>{title}</h3>
      <dl>
        {keys.map(([pressed, does]) => (
          <div key={does}>
            <dt>
              {pressed.map((key, i) => (
                <kbd key={i}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
