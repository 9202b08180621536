import { useTexts } from '@kumkm/shared/texts/language.ts';
import { IconArrowBackUp, IconCircleCheck, IconCircleDashed } from '@tabler/icons-react';
import styles from '../../parts/badge.module.css';
import { register } from '../../texts/register.ts';

/** What was decided on a record: an icon and a word. */
export function ReviewBadge({ state }: { readonly state: string }) {
  const t = useTexts(register);
  const Icon =
    state === 'verified' ? IconCircleCheck : state === 'returned' ? IconArrowBackUp : IconCircleDashed;
  return (
    <span className={styles.badge} data-state={state}>
      <Icon size={16} stroke={2} aria-hidden />
      {t.states[state] ?? state}
    </span>
  );
}
