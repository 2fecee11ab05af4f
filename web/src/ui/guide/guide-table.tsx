import type { ComponentChild } from "preact";

/** One row: what it is about, and a cell for each further column. */
export interface GuideRow {
  readonly key: string;
  readonly head: ComponentChild;
  readonly cells: readonly ComponentChild[];
}

interface GuideTableProps {
  /** The names of the columns; "" where the heads of the rows need none. */
  readonly columns: readonly string[];
  readonly rows: readonly GuideRow[];
  readonly class?: string;
  readonly title?: string;
}

/** A table of the guide. On a phone its cells stand below each other, each with the name of its column. */
export function GuideTable({ columns, rows, class: more = "", title }: GuideTableProps) {
  return (
    <table class={`guide-table ${more}`.trim()}>
      {title !== undefined && <caption>{title}</caption>}
      <thead>
        <tr>
          {columns.map((column) =>
            column === "" ? (
              <td key={column} />
            ) : (
              <th key={column} scope="col">
                {column}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, head, cells }) => (
          <tr key={key}>
            <th scope="row">{head}</th>
            {cells.map((cell, i) => (
              <td key={i} data-column={columns[i + 1]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
