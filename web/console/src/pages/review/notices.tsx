import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Group } from '@mantine/core';
import { IconCloudOff, IconInfoCircle } from '@tabler/icons-react';
import { review } from '../../texts/review.ts';
import { outbox } from './desk.ts';
import type { Refusal } from './outbox.ts';
import styles from './review.module.css';

/** What did not come through: decisions that wait for the server, and those that somebody was faster with. */
export function Notices({ onOpen }: { readonly onOpen: (recordId: string) => void }) {
  const t = useTexts(review);
  const language = useLanguage();
  const { stuck, byRecord } = useStore(outbox.state);
  const all = [...byRecord.values()];
  const waiting = all.filter((each) => each.standing === 'waiting' || each.standing === 'sending').length;
  const refused = all.filter((each) => each.standing === 'refused');
  return (
    <div className={styles.notices} aria-live="polite">
      {stuck && waiting > 0 && (
        <Alert color="gray" icon={<IconCloudOff aria-hidden />}>
          {t.stuck(count(waiting, language))}
        </Alert>
      )}
      {refused.map(({ decision, name, refusal }) => (
        <Alert
          key={decision.record_id}
          role="alert"
          color="orange"
          icon={<IconInfoCircle aria-hidden />}
          title={t.refusedTitle(name)}
        >
          {refusal !== undefined && <Why refusal={refusal} />}
          <Group gap="xs" mt="sm">
            <Button variant="default" size="sm" onClick={() => onOpen(decision.record_id)}>
              {t.open}
            </Button>
            <Button
              variant="subtle"
              color="gray"
              size="sm"
              onClick={() => outbox.dismiss(decision.record_id)}
            >
              {t.close}
            </Button>
          </Group>
        </Alert>
      ))}
    </div>
  );
}

/** The other's decision, where that is why. */
function Why({ refusal }: { readonly refusal: Refusal }) {
  const t = useTexts(review);
  const language = useLanguage();
  const { review_state: state, decided_by: who, decided_at: when, reason } = refusal.current ?? {};
  if (who !== undefined && (state === 'verified' || state === 'returned')) {
    return (
      <>
        <p>{t.refusedBy(who, t.was[state], longMoment(when, language))}.</p>
        {reason !== undefined && <p>“{reason}”</p>}
      </>
    );
  }
  return <p>{refusal.code === 'state_changed' ? t.refusedNewer : refusal.detail}</p>;
}
