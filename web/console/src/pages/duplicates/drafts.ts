import { sessionState } from '@kumkm/shared/session/session.ts';
import { Store, useStore } from '@kumkm/shared/store.ts';

/** A decision that is being written: it stays while other cases are looked at, and a session ends and goes on. */
export interface Draft {
  readonly decision?: 'same' | 'separate' | 'wrong_identity' | undefined;
  readonly business?: string | undefined;
  readonly wrong?: string | undefined;
  readonly reason: string;
}

const drafts = new Store<ReadonlyMap<string, Draft>>(new Map());
const EMPTY: Draft = { reason: '' };

export function useDraft(id: string): [Draft, (draft: Draft) => void] {
  const all = useStore(drafts);
  return [all.get(id) ?? EMPTY, (draft) => drafts.set(new Map(drafts.get()).set(id, draft))];
}

export function forgetDraft(id: string): void {
  const left = new Map(drafts.get());
  left.delete(id);
  drafts.set(left);
}

/** The draft of a case that somebody else decided first: it is shown beside that decision, until it is put away. */
export function hasDraft(draft: Draft): boolean {
  return draft.reason.trim() !== '' && draft.decision !== undefined;
}

sessionState.subscribe(() => {
  if (sessionState.get() === 'signed_out') drafts.set(new Map());
});
