import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { agencyName } from '../../data/agencies.ts';
import type { Business } from '../../data/business.ts';
import { doubtsOf } from '../../data/confirmation.ts';
import { valueText } from '../../parts/answers/values.ts';
import styles from '../../parts/confirmation.module.css';
import { confirmation } from '../../texts/confirmation.ts';

/** Numbers of a record that an agency did not confirm, masked as this account may see them. */
export function Doubts({ business }: { readonly business: Business }) {
  const t = useTexts(confirmation);
  const language = useLanguage();
  const doubts = doubtsOf(business.verification);
  return (
    <Alert variant="light" color="orange" title={t.doubts} icon={<IconAlertTriangle aria-hidden />}>
      <ul className={styles.doubts}>
        {doubts.map(({ kind, state, source, on }) => {
          const number = `${t.kinds[kind]} ${valueText(business.numbers[kind], undefined, language)}`;
          const say = state === 'mismatch' ? t.mismatch : t.notFound;
          return <li key={kind}>{say(number, agencyName(source), longDay(on, language))}</li>;
        })}
      </ul>
      <p className={styles.advice}>{t.advice}</p>
    </Alert>
  );
}
