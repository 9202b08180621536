import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Select } from '@mantine/core';
import { useState } from 'react';
import { differing } from '../../parts/answers/differences.ts';
import { SideBySide } from '../../parts/answers/side-by-side.tsx';
import { review } from '../../texts/review.ts';
import type { Revision } from './queries.ts';
import styles from './review.module.css';

interface Told {
  readonly now: Revision;
  readonly earlier: readonly Revision[];
}

/** The revision in force beside an earlier one. */
export function Revisions({ now, earlier }: Told) {
  const t = useTexts(review);
  const language = useLanguage();
  const [chosen, setChosen] = useState(earlier.at(-1)?.revision);
  const other = earlier.find((each) => each.revision === chosen) ?? earlier.at(-1);
  if (other === undefined) return null;
  return (
    <>
      {earlier.length > 1 && (
        <Select
          label={t.compareWith}
          mb="sm"
          allowDeselect={false}
          value={String(other.revision)}
          data={earlier.map((each) => ({
            value: String(each.revision),
            label: `${t.revision(each.revision)}, ${longMoment(each.captured_at, language)}`,
          }))}
          onChange={(value) => setChosen(Number(value))}
        />
      )}
      <p>
        {t.changes(differing(other.answers, now.answers).size)}{' '}
        <span className={styles.quiet}>{t.changesMasked}</span>
      </p>
      <SideBySide
        key={other.revision}
        questionnaire={now.questionnaire}
        one={other.answers}
        other={now.answers}
        titles={[t.revision(other.revision), t.thisRevision]}
        onlyDifferences
      />
    </>
  );
}
