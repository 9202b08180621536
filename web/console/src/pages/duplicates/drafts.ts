import { draftsOf } from '../../data/drafts.ts';

/** A decision that is being written: it stays while other cases are looked at, and a session ends and goes on. */
export interface Draft {
  readonly decision?: 'same' | 'separate' | 'owner_changed' | 'wrong_identity' | undefined;
  readonly business?: string | undefined;
  readonly wrong?: string | undefined;
  readonly reason: string;
}

export const { useDraft, forgetDraft } = draftsOf<Draft>({ reason: '' });

/** The draft of a case that somebody else decided first: it is shown beside that decision, until it is put away. */
export function hasDraft(draft: Draft): boolean {
  return draft.reason.trim() !== '' && draft.decision !== undefined;
}
