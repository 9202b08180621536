import { sessionState } from '@kumkm/shared/session/session.ts';
import { Store, useStore } from '@kumkm/shared/store.ts';

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

const EMPTY: Draft = { changes: new Map(), reason: '' };
const drafts = new Store<ReadonlyMap<string, Draft>>(new Map());

export function useDraft(id: string): [Draft, (draft: Draft) => void] {
  const all = useStore(drafts);
  return [all.get(id) ?? EMPTY, (draft) => drafts.set(new Map(drafts.get()).set(id, draft))];
}

export function forgetDraft(id: string): void {
  const left = new Map(drafts.get());
  left.delete(id);
  drafts.set(left);
}

sessionState.subscribe(() => {
  if (sessionState.get() === 'signed_out') drafts.set(new Map());
});
