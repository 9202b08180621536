import { draftsOf } from '../../data/drafts.ts';

/** One answer that is being corrected: what is typed, or that it is to be taken away. */
export interface Change {
  readonly text: string;
  readonly isEmptied: boolean;
}

/** A correction that is being written: in memory, while other pages are looked at and a session ends and goes on. */
export interface Draft {
  readonly changes: ReadonlyMap<string, Change>;
  readonly reason: string;
}

export const { useDraft, forgetDraft } = draftsOf<Draft>({ changes: new Map(), reason: '' });
