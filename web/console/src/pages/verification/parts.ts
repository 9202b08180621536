import type { Kind, STATES } from './asking.ts';
import type { Summary } from './queries.ts';

/** The numbers of one kind in one region. */
export type Part = Readonly<Record<(typeof STATES)[number], number>> & {
  readonly code: string;
  readonly name: string;
  readonly total: number;
};

/** The regions right below with their numbers of a kind; those that have none are left out. */
export function partsOf({ below }: Pick<Summary, 'below'>, kind: Kind): readonly Part[] {
  return below.flatMap(({ region_code: code, region_name: name, items }) => {
    const found = items.find((each) => each.kind === kind);
    if (found === undefined || found.total === 0) return [];
    const { total, match, mismatch, not_found, unverified } = found;
    return [{ code, name, total, match, mismatch, not_found, unverified }];
  });
}

const WHOLE = 100;

/** Of how many in a hundred an agency said anything. */
export function answeredPart({ total, unverified }: Pick<Part, 'total' | 'unverified'>): number {
  return ((total - unverified) / total) * WHOLE;
}
