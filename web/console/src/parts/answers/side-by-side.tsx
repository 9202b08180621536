import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Switch } from '@mantine/core';
import { Fragment, useState } from 'react';
import { answersTexts } from '../../texts/answers.ts';
import styles from './answers.module.css';
import { differing } from './differences.ts';
import { merged } from './merged.ts';
import { sectionsOf } from './sections.ts';
import { valueText } from './values.ts';

type Answers = Readonly<Record<string, unknown>>;

interface Told {
  readonly questionnaire: string;
  readonly one: Answers;
  readonly other: Answers;
  readonly titles: readonly [string, string];
  /** What the server says is the same or not, where spelling alone would say otherwise. */
  readonly same?: ReadonlyMap<string, boolean>;
  readonly onlyDifferences?: boolean;
}

/** Two sets of answers in one table, with what differs marked: by a word for who does not see it, too. */
export function SideBySide({ questionnaire, one, other, titles, same, onlyDifferences = false }: Told) {
  const t = useTexts(answersTexts);
  const language = useLanguage();
  const [only, setOnly] = useState(onlyDifferences);
  const differ = differing(one, other);
  for (const [pointer, isSame] of same ?? []) {
    if (isSame) differ.delete(pointer);
    else differ.add(pointer);
  }
  const all = merged(sectionsOf(questionnaire, one, language), sectionsOf(questionnaire, other, language));
  const sections = all
    .map((section) => ({ ...section, rows: section.rows.filter((row) => !only || differ.has(row.pointer)) }))
    .filter((section) => section.rows.length > 0);
  return (
    <div>
      <Switch
        label={t.onlyDifferences}
        checked={only}
        onChange={(event) => setOnly(event.currentTarget.checked)}
        mb="sm"
      />
      {sections.length === 0 && <p>{t.noDifference}</p>}
      {sections.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t.question}</th>
              <th scope="col">{titles[0]}</th>
              <th scope="col">{titles[1]}</th>
            </tr>
          </thead>
          <tbody>
            {sections.map((section) => (
              <Fragment key={section.id}>
                <tr className={styles.group}>
                  <th scope="colgroup" colSpan={3}>
                    {section.title ?? t.sections[section.key]}
                  </th>
                </tr>
                {section.rows.map(({ pointer, label, mine, theirs, question }) => (
                  <tr key={pointer} data-marked={differ.has(pointer) || undefined}>
                    <th scope="row">
                      {label}
                      {differ.has(pointer) && <span className={styles.differs}> · {t.differs}</span>}
                    </th>
                    <td>
                      <span>{valueText(mine, question, language)}</span>
                    </td>
                    <td>
                      <span>{valueText(theirs, question, language)}</span>
                    </td>
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
