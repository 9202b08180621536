/** What rows can be ordered by. What is not known stands last, whichever way. */
export type Sortable = string | number | null | undefined;

export interface Order {
  readonly key: string;
  readonly down: boolean;
}

const WORDS = new Intl.Collator('id', { numeric: true, sensitivity: 'base' });

/** The rows in order; rows that are alike stay as they were. */
export function ordered<Row>(
  rows: readonly Row[],
  by: (row: Row) => Sortable,
  down: boolean,
): readonly Row[] {
  const way = down ? -1 : 1;
  return [...rows].sort((one, other) => {
    const left = by(one);
    const right = by(other);
    if (left === null || left === undefined) return right === null || right === undefined ? 0 : 1;
    if (right === null || right === undefined) return -1;
    if (typeof left === 'number' && typeof right === 'number') return way * (left - right);
    return way * WORDS.compare(String(left), String(right));
  });
}

/** The order after a click on a heading: the other way, or first the largest figure and the first word. */
export function turned(now: Order | undefined, key: string, figures: boolean): Order {
  return now?.key === key ? { key, down: !now.down } : { key, down: figures };
}

/** As it stands in an address: `percent`, `-percent`. */
export function writtenOrder(order: Order): string {
  return order.down ? `-${order.key}` : order.key;
}

export function readOrder(told: unknown): Order | undefined {
  if (typeof told !== 'string' || !/^-?[a-z_]{1,40}$/.test(told)) return undefined;
  return told.startsWith('-') ? { key: told.slice(1), down: true } : { key: told, down: false };
}
