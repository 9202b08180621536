import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconCheck } from '@tabler/icons-react';
import { review } from '../../texts/review.ts';
import type { ReviewState, Sent } from './outbox.ts';
import styles from './review.module.css';

interface Told {
  readonly state: ReviewState;
  readonly sent: Sent | undefined;
  readonly canVerify: boolean;
  readonly isReady: boolean;
  readonly onVerify: () => void;
  readonly onReturn: () => void;
  readonly onUndo: () => void;
}

/** What can be decided on the record that is seen, and what was. */
export function Bar({ state, sent, canVerify, isReady, onVerify, onReturn, onUndo }: Told) {
  const t = useTexts(review);
  const onItsWay = sent?.standing === 'sending' || sent?.standing === 'waiting';
  const isPausing = sent?.standing === 'pausing';
  return (
    <div className={styles.bar}>
      <div className={styles.status} role="status">
        {state !== 'unreviewed' && (
          <span className={styles.badge} data-state={sent?.standing === 'refused' ? 'refused' : state}>
            {sent === undefined ? t.states[state] : t.standing[sent.standing](t.decided[state])}
          </span>
        )}
      </div>
      {isPausing ? (
        <Button variant="default" size="md" onClick={onUndo}>
          {t.countdown}
        </Button>
      ) : (
        <>
          <Button
            variant="default"
            size="md"
            leftSection={<IconArrowBackUp size={20} stroke={1.75} aria-hidden />}
            rightSection={<kbd aria-hidden>R</kbd>}
            disabled={!isReady || onItsWay}
            onClick={onReturn}
          >
            {t.sendBack}
          </Button>
          <Button
            size="md"
            leftSection={<IconCheck size={20} stroke={2} aria-hidden />}
            rightSection={<kbd aria-hidden>V</kbd>}
            disabled={!isReady || !canVerify || onItsWay || state === 'verified'}
            onClick={onVerify}
          >
            {t.verify}
          </Button>
        </>
      )}
    </div>
  );
}
