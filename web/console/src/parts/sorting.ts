/** By which column, and which way. In an address: `percent`, or `-percent` for the highest first. */
export interface Sort {
  readonly key: string;
  readonly desc: boolean;
}

interface Sortable<T> {
  readonly key: string;
  readonly value: (row: T) => string | number | null | undefined;
}

export function sortOf(told: unknown, keys: readonly string[], otherwise: Sort): Sort {
  if (typeof told !== 'string') return otherwise;
  const desc = told.startsWith('-');
  const key = desc ? told.slice(1) : told;
  return keys.includes(key) ? { key, desc } : otherwise;
}

export function sortText({ key, desc }: Sort): string {
  return desc ? `-${key}` : key;
}

/** The same column once more: the other way round. Another one: figures from the highest, words from A. */
export function turned(sort: Sort, key: string, numeric: boolean): Sort {
  return sort.key === key ? { key, desc: !sort.desc } : { key, desc: numeric };
}

/** The rows in order. What says nothing comes last, whichever way. */
export function sorted<T>(
  rows: readonly T[],
  columns: readonly Sortable<T>[],
  { key, desc }: Sort,
): readonly T[] {
  const column = columns.find((each) => each.key === key);
  if (column === undefined) return rows;
  const words = new Intl.Collator('id', { numeric: true });
  return rows.toSorted((a, b) => {
    const [one, two] = [column.value(a), column.value(b)];
    if (one === null || one === undefined) return two === null || two === undefined ? 0 : 1;
    if (two === null || two === undefined) return -1;
    const order =
      typeof one === 'number' && typeof two === 'number'
        ? one - two
        : words.compare(String(one), String(two));
    return desc ? -order : order;
  });
}
