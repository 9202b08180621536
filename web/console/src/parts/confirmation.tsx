import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconAlertTriangle, IconCircleCheck, IconQuestionMark } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { agencyName } from '../data/agencies.ts';
import type { Confirmation, NumberState } from '../data/confirmation.ts';
import { confirmation } from '../texts/confirmation.ts';
import { wordOf } from '../texts/word-of.ts';
import { Badge, type Sign } from './badge.tsx';
import styles from './confirmation.module.css';

const SIGNS: Readonly<Record<string, Sign>> = {
  match: { icon: IconCircleCheck, tone: 'done' },
  mismatch: { icon: IconAlertTriangle, tone: 'still' },
  not_found: { icon: IconQuestionMark, tone: 'risk' },
};

/** Whether an agency confirmed a number: an icon and a word. */
export function ConfirmationBadge({ state }: { readonly state: NumberState }) {
  const t = useTexts(confirmation);
  return <Badge sign={SIGNS[state]}>{wordOf(t.states, state)}</Badge>;
}

interface Told {
  readonly said: Confirmation | null;
  /** The number, as it may be shown. */
  readonly children: ReactNode;
}

/** A number with what an agency said of it, who it was, and when. */
export function ConfirmedNumber({ said, children }: Told) {
  const t = useTexts(confirmation);
  const language = useLanguage();
  if (said === null) return children;
  return (
    <span className={styles.number}>
      <span>{children}</span>
      <ConfirmationBadge state={said.state} />
      {said.source != null && said.on != null && (
        <span className={styles.said}>{t.said(agencyName(said.source), longDay(said.on, language))}</span>
      )}
    </span>
  );
}
