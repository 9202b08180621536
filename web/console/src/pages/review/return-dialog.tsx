import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Checkbox, Group, Textarea } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { review } from '../../texts/review.ts';
import { useDraft } from './desk.ts';
import { MOST_LETTERS, reasonOf } from './reason.ts';
import styles from './review.module.css';

interface Told {
  readonly recordId: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onReturn: (reason: string) => void;
}

/** Why a record is returned: ready-made reasons by digits, and own words. What was written stays until it is sent. */
export function ReturnDialog({ recordId, name, onClose, onReturn }: Told) {
  const t = useTexts(review);
  const language = useLanguage();
  const [draft, setDraft] = useDraft(recordId);
  const [fault, setFault] = useState<string>();
  // The enumerator reads it: ready-made reasons are Indonesian, whatever is spoken here.
  const reason = reasonOf(draft, review.id.reasons);

  function toggle(place: number): void {
    setFault(undefined);
    const chosen = draft.chosen.includes(place)
      ? draft.chosen.filter((each) => each !== place)
      : [...draft.chosen, place].sort((a, b) => a - b);
    setDraft({ ...draft, chosen });
  }

  function submit(event?: FormEvent): void {
    event?.preventDefault();
    if (reason === '') setFault(t.needReason);
    else if (reason.length > MOST_LETTERS) setFault(t.tooLong);
    else onReturn(reason);
  }

  function pressed(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLTextAreaElement;
    if (isTyping && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
    if (digit > 0 && digit <= t.reasons.length) {
      event.preventDefault();
      toggle(digit - 1);
    }
  }

  return (
    <Dialog opened onClose={onClose} title={`${t.returnTitle}: ${name}`} size="lg" onKeyDown={pressed}>
      <form onSubmit={submit}>
        <p>{t.returnAbout}</p>
        <fieldset className={styles.reasons} aria-label={t.reasonsLabel}>
          {t.reasons.map((each, place) => (
            <div key={each} className={styles.reason}>
              <Checkbox
                label={`${place + 1}. ${each}`}
                checked={draft.chosen.includes(place)}
                onChange={() => toggle(place)}
                data-autofocus={place === 0 || undefined}
              />
            </div>
          ))}
        </fieldset>
        <Textarea
          mt="md"
          label={t.ownWords}
          description={language === 'en' ? `${t.ownHint} ${t.ownLanguage}` : t.ownHint}
          rows={3}
          value={draft.own}
          error={fault}
          onChange={(event) => {
            setFault(undefined);
            setDraft({ ...draft, own: event.currentTarget.value });
          }}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" size="md" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" size="md" color="orange.9">
            {t.send}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
