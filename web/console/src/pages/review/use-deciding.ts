import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { review } from '../../texts/review.ts';
import { forgetDraft, outbox, standingOf } from './desk.ts';
import { stateOf } from './list.tsx';
import type { Decision } from './outbox.ts';
import { businessQuery, recordQuery, type Waiting } from './queries.ts';
import { nameOf } from './record.tsx';
import type { Queue } from './use-queue.ts';

/** Deciding on the record that is seen, in the state and the revision in which it is seen. */
export function useDeciding(desk: Queue) {
  const t = useTexts(review);
  const [said, setTold] = useState('');
  const [early, setEarly] = useState<string>(); // the record whose key came before it was there
  const { recordId, items, sent: all } = desk;
  const row = items.find((item) => item.record_id === recordId);
  const record = useQuery({ ...recordQuery(recordId ?? ''), enabled: recordId !== undefined }).data;
  const businessId = record?.business_id ?? null;
  const business = useQuery({ ...businessQuery(businessId ?? ''), enabled: businessId !== null }).data;
  const seen = record?.revisions.at(-1);
  const sent = recordId === undefined ? undefined : all.get(recordId);
  // A business may go by another record: of that one the decision is.
  const known = business?.record_id === recordId ? business?.review_state : undefined;
  const state = standingOf(sent, stateOf(known ?? row?.review_state ?? ''));
  const name = nameOf(row, seen);
  const isSettled = recordId !== undefined && outbox.isSettled(recordId);
  const canReturn = seen !== undefined && isSettled;
  const canVerify = canReturn && record?.counted_as === 'entered';
  // Of what is not seen yet nothing is decided: a key that comes too early is told so, until the record is there.
  const isOpening = recordId !== undefined && seen === undefined;
  const told = isOpening && early === recordId ? t.stillOpening : said;

  function decide(decision: Decision['decision'], reason?: string): void {
    if (recordId === undefined || seen === undefined) return;
    if (!outbox.isSettled(recordId)) {
      setTold(t.stillOnItsWay);
      return;
    }
    const made: Decision = {
      record_id: recordId,
      decision,
      revision: seen.revision,
      review_state: state,
      ...(reason === undefined ? {} : { reason }),
    };
    outbox.decide([{ decision: made, name }]);
    setTold('');
    desk.step(1, true);
  }

  return {
    row,
    name,
    sent,
    state,
    told,
    canReturn,
    canVerify,
    /** Whether the record is there to be decided on; where it is not, that is told. */
    isThere: () => {
      setEarly(isOpening ? recordId : undefined);
      return !isOpening;
    },
    verify: () => {
      if (canVerify && state !== 'verified') decide('verified');
    },
    sendBack: (reason: string) => {
      decide('returned', reason);
      if (recordId !== undefined) forgetDraft(recordId);
    },
    verifyAll: (records: readonly Waiting[]) => {
      outbox.decide(
        records.map((item) => ({
          name: item.name,
          decision: {
            record_id: item.record_id,
            decision: 'verified',
            revision: item.revision,
            review_state: stateOf(item.review_state),
          },
        })),
      );
      desk.step(1, true);
    },
    undo: () => {
      const last = outbox.last();
      const undone = outbox.undo();
      const first = undone[0] ?? last?.decision.record_id;
      setTold(last === undefined ? t.nothingToUndo : undone.length > 0 ? t.undone(last.name) : t.undoLate);
      if (first !== undefined) desk.open(first);
    },
  };
}
