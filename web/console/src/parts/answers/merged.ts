import type { Entry, Section } from './sections.ts';

/** One question with what two say to it. */
export interface Row extends Omit<Entry, 'value'> {
  readonly mine: unknown;
  readonly theirs: unknown;
}

export interface Merged extends Omit<Section, 'entries'> {
  readonly rows: readonly Row[];
}

/** Two sets of answers as one: every question that either answered, in the order of the first. */
export function merged(mine: readonly Section[], theirs: readonly Section[]): Merged[] {
  const ids = [...new Set([...mine, ...theirs].map((section) => section.id))];
  return ids.flatMap((id) => {
    const one = mine.find((section) => section.id === id);
    const other = theirs.find((section) => section.id === id);
    const section = one ?? other;
    if (section === undefined) return [];
    const rows = new Map<string, Row>();
    for (const { value, ...entry } of one?.entries ?? []) {
      rows.set(entry.pointer, { ...entry, mine: value, theirs: undefined });
    }
    for (const { value, ...entry } of other?.entries ?? []) {
      rows.set(entry.pointer, { ...entry, mine: rows.get(entry.pointer)?.mine, theirs: value });
    }
    return [{ id, key: section.key, title: section.title, rows: [...rows.values()] }];
  });
}
