import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { isWithinReach } from './names.ts';
import type { Case } from './queries.ts';

export type Decided = components['schemas']['CaseDecisionOut'];
export type Refusal = components['schemas']['Refusal'];

/** Kinds of which several are decided at once; always as two businesses. */
export type SafeKind = 'likely' | 'same_owner';

/** So many cases the API takes at once. */
export const MOST_AT_ONCE = 100;
/** In percent. Without the right to sealed answers it comes in tens, so the server still refuses some of what is 0 here. */
const MOST_LIKELY = 2;
const TWO_WITNESSES = ['other_name', 'other_activity'];

/** The kind as which a case may be decided together with others, as far as is known here; undefined where it may not. */
export function safeKindOf(found: Case): SafeKind | undefined {
  if (found.state !== 'open' || !isWithinReach(found)) return undefined;
  if (found.kind === 'likely')
    return found.likelihood !== null && found.likelihood <= MOST_LIKELY ? 'likely' : undefined;
  if (found.kind === 'same_owner')
    return TWO_WITNESSES.every((each) => found.differs.includes(each)) ? 'same_owner' : undefined;
  return undefined;
}

export type Chosen = ReadonlyMap<string, Case>;

/** The kind of what is chosen: all are of one. */
export function kindOf(chosen: Chosen): SafeKind | undefined {
  const [first] = chosen.values();
  return first === undefined ? undefined : safeKindOf(first);
}

/** Whether a case may be chosen beside what is chosen. */
export function mayJoin(chosen: Chosen, found: Case): boolean {
  const kind = safeKindOf(found);
  if (kind === undefined) return false;
  return chosen.has(found.id) || ([kind, undefined].includes(kindOf(chosen)) && chosen.size < MOST_AT_ONCE);
}

/** With a case that was not chosen, or without one that was. */
export function toggled(chosen: Chosen, found: Case): Chosen {
  if (!mayJoin(chosen, found)) return chosen;
  const now = new Map(chosen);
  if (!now.delete(found.id)) now.set(found.id, found);
  return now;
}

/** With all that may join, in their order. */
export function joined(chosen: Chosen, items: readonly Case[]): Chosen {
  return items.reduce((now, item) => (now.has(item.id) ? now : toggled(now, item)), chosen);
}

export interface Outcome {
  /** Ids of what was decided, in the order of the decisions. */
  readonly done: readonly string[];
  readonly refused: readonly { readonly id: string; readonly problem: Refusal }[];
}

/** What became of several decisions. */
export function outcomeOf(items: readonly Decided[]): Outcome {
  return {
    done: items.flatMap((each) => (each.case === null ? [] : [each.case_id])),
    refused: items.flatMap(({ case_id: id, problem }) => (problem === null ? [] : [{ id, problem }])),
  };
}

/** Undoes one after another. One that cannot be undone any more (409) keeps no other from it; the last such refusal is
given back. Anything else ends it, and is thrown. */
export async function undoneButFor(
  ids: readonly string[],
  undo: (id: string) => Promise<void>,
): Promise<ApiProblem | undefined> {
  let refused: ApiProblem | undefined;
  for (const id of ids) {
    try {
      await undo(id);
    } catch (fault) {
      if (!(fault instanceof ApiProblem) || fault.status !== 409) throw fault;
      refused = fault;
    }
  }
  return refused;
}
