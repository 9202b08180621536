import type { Business } from '../../data/business.ts';

export interface Happening {
  readonly key: string;
  readonly at: string;
  /** `received`, `corrected`, or what was decided. */
  readonly what: string;
  readonly revision: number | null;
  readonly by: string | null;
  readonly reason: string | null;
  /** Of a record: what became of it; the campaign. */
  readonly outcome: string | undefined;
  readonly campaign: string | undefined;
}

/** Records that came and what was decided on them, in one line of time; the latest first. */
export function timelineOf({ submissions, history }: Pick<Business, 'submissions' | 'history'>): Happening[] {
  const came = submissions.map(
    (each): Happening => ({
      key: `${each.record_id} ${each.revision}`,
      at: each.received_at,
      what: each.corrected_by === null ? 'received' : 'corrected',
      revision: each.revision,
      by: each.corrected_by ?? each.enumerator,
      reason: each.corrected_because,
      outcome: each.outcome,
      campaign: each.campaign,
    }),
  );
  const decided = history.map(
    (each): Happening => ({
      key: `${each.at} ${each.what} ${each.record_id}`,
      at: each.at,
      what: each.what,
      revision: each.revision,
      by: each.by,
      reason: each.reason,
      outcome: undefined,
      campaign: undefined,
    }),
  );
  return [...came, ...decided].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}
