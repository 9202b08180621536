import type { Row } from './queries.ts';

/** More columns than this are a list. */
export const MOST_COLUMNS = 8;

/** A row of a table of two ways: what it is about, and its cell in each column. */
export interface Line {
  readonly key: string;
  readonly head: Row;
  readonly cells: ReadonlyMap<string, Row>;
}

/** The code that a cell has of an attribute. */
export function codeOf(cell: Row, by: string): string {
  return String(cell[by === 'region' ? 'region_code' : by]);
}

/**
 * The cells of a table as rows by all its attributes but the last, and columns by the last one, in the order of `codes`.
 * `undefined` where there is one attribute, or more columns than can be read side by side.
 */
export function crosstab(
  by: readonly string[],
  cells: readonly Row[],
  codes: readonly string[],
): { readonly columns: readonly string[]; readonly lines: readonly Line[] } | undefined {
  const [last, rest] = [by.at(-1), by.slice(0, -1)];
  if (last === undefined || last === 'region' || rest.length === 0) return undefined;
  const found = new Set(cells.map((cell) => codeOf(cell, last)));
  const known = codes.filter((code) => found.has(code));
  const columns = [...known, ...[...found].filter((code) => !known.includes(code)).sort()];
  if (columns.length > MOST_COLUMNS) return undefined;
  const lines = new Map<string, { key: string; head: Row; cells: Map<string, Row> }>();
  for (const cell of cells) {
    const key = rest.map((each) => codeOf(cell, each)).join(' ');
    const line = lines.get(key) ?? { key, head: cell, cells: new Map() };
    lines.set(key, line);
    line.cells.set(codeOf(cell, last), cell);
  }
  return { columns, lines: [...lines.values()] };
}
