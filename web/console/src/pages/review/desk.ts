import { connection } from '@kumkm/shared/session/connection.ts';
import { beforeSignOut, sessionState } from '@kumkm/shared/session/session.ts';
import { Store, useStore } from '@kumkm/shared/store.ts';
import { queries } from '../../data/client.ts';
import { Outbox, type ReviewState, type Sent } from './outbox.ts';
import { postDecisions } from './queries.ts';

/** What is on its way, whatever page is open. */
export const outbox = new Outbox(postDecisions, (recordIds) => {
  void queries.invalidateQueries({ queryKey: ['queues'] });
  for (const id of recordIds) void queries.invalidateQueries({ queryKey: ['record', id] });
  void queries.invalidateQueries({ queryKey: ['business'] });
});

/** A reason that is being written, by record: it stays until the record is returned. */
export interface Draft {
  readonly chosen: readonly number[];
  readonly own: string;
}

export const EMPTY: Draft = { chosen: [], own: '' };
const drafts = new Store<ReadonlyMap<string, Draft>>(new Map());

export function useDraft(recordId: string): [Draft, (draft: Draft) => void] {
  const all = useStore(drafts);
  return [all.get(recordId) ?? EMPTY, (draft) => drafts.set(new Map(all).set(recordId, draft))];
}

export function forgetDraft(recordId: string): void {
  const left = new Map(drafts.get());
  left.delete(recordId);
  drafts.set(left);
}

sessionState.subscribe(() => {
  if (sessionState.get() === 'signed_in') void outbox.flush();
  if (sessionState.get() === 'signed_out') {
    outbox.clear();
    drafts.set(new Map());
  }
});
let reached = true;
connection.subscribe(() => {
  const now = connection.get().state === 'online';
  if (now && !reached) void outbox.flush(); // the server is back: sooner than the next try would be
  reached = now;
});
beforeSignOut(() => outbox.flush(true));
window.addEventListener('pagehide', () => void outbox.flush(true));
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void outbox.flush(true);
});
window.addEventListener('beforeunload', (event) => {
  if (outbox.hasUnsent) {
    void outbox.flush(true);
    if (outbox.state.get().stuck) event.preventDefault();
  }
});

export function useSent(recordId: string): Sent | undefined {
  return useStore(outbox.state).byRecord.get(recordId);
}

/** What holds for a record as far as this desk knows: its own decision, the one that refused it, or what the server told. */
export function standingOf(sent: Sent | undefined, told: ReviewState): ReviewState {
  if (sent === undefined) return told;
  if (sent.standing !== 'refused') return sent.decision.decision;
  const now = sent.refusal?.current?.review_state;
  return now === 'verified' || now === 'returned' || now === 'unreviewed' ? now : told;
}
