import type { Business } from '../../data/business.ts';

/** One revision of a record, as far as answers come from it. */
export interface Source {
  /** Counts from 1, the latest first. */
  readonly place: number;
  readonly saidBy: string;
  readonly saidAt: string;
  readonly revision: number;
}

/** Where answers come from: the sources, and of each answer which one. */
export function sourcesOf(
  provenance: Business['provenance'],
): [readonly Source[], ReadonlyMap<string, Source>] {
  const keyOf = (each: Business['provenance'][number]) => `${each.record_id} ${each.revision}`;
  const latest = [...provenance].sort((one, other) => other.said_at.localeCompare(one.said_at));
  const found = new Map<string, Source>();
  for (const each of latest) {
    if (found.has(keyOf(each))) continue;
    const { said_by: saidBy, said_at: saidAt, revision } = each;
    found.set(keyOf(each), { place: found.size + 1, saidBy, saidAt, revision });
  }
  const byPointer = new Map<string, Source>();
  for (const each of provenance) {
    const source = found.get(keyOf(each));
    if (source !== undefined) byPointer.set(each.pointer, source);
  }
  return [[...found.values()], byPointer];
}
