import { sessionState } from '@kumkm/shared/session/session.ts';
import { Store, useStore } from '@kumkm/shared/store.ts';

interface Drafts<Draft> {
  readonly useDraft: (id: string) => [Draft, (draft: Draft) => void];
  readonly forgetDraft: (id: string) => void;
}

/** What is being written, by what it is about: in memory, while other pages are looked at and a session ends and goes on. */
export function draftsOf<Draft>(empty: Draft): Drafts<Draft> {
  const drafts = new Store<ReadonlyMap<string, Draft>>(new Map());
  sessionState.subscribe(() => {
    if (sessionState.get() === 'signed_out') drafts.set(new Map());
  });
  return {
    useDraft: (id) => {
      const all = useStore(drafts);
      return [all.get(id) ?? empty, (draft) => drafts.set(new Map(drafts.get()).set(id, draft))];
    },
    forgetDraft: (id) => {
      const left = new Map(drafts.get());
      left.delete(id);
      drafts.set(left);
    },
  };
}
