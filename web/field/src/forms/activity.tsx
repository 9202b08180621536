// The activity: its code is found by words, without a signal.

import { at, type Path } from '@kumkm/shared/forms/form.ts';
import { activities } from '@kumkm/shared/forms/typing.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useEffect, useState } from 'react';
import { Button, styles } from '../parts/parts.tsx';
import { reference } from '../state/device.ts';
import { useStored } from '../state/stored.ts';
import { filling } from '../texts/work.ts';
import { useFilling } from './filling.tsx';
import own from './form.module.css';

interface Common {
  id: string;
  className: string | undefined;
  'aria-invalid': boolean;
  'aria-describedby': string;
}

/** The list of an edition; without one, that of the server's first. */
export async function activityList(edition: string | null) {
  const found = await reference();
  if (found === null) return [];
  if (edition === null || edition === found.kbli_version) return found.kbli;
  return found.other_kbli.find((each) => each.kbli_version === edition)?.kbli ?? [];
}

export function Activity({ path, common }: { readonly path: Path; readonly common: Common }) {
  const { draft, answer, edition: first } = useFilling();
  const t = useTexts(filling);
  const [words, search] = useState('');
  const edition = typeof draft.answers.kbli_version === 'string' ? draft.answers.kbli_version : first;
  const list = useStored(() => activityList(edition), edition ?? '') ?? [];
  const code = at(draft.answers, path);
  const whole = list.find((each) => each.code === words.trim())?.code;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is the same place, made again by each drawing
  useEffect(() => {
    if (whole === undefined) return;
    answer(path, whole); // nobody has to touch it in the list, and it is stored as all that is typed
    search('');
  }, [whole, answer]);
  if (typeof code === 'string' && code !== '') {
    const title = list.find((each) => each.code === code)?.title;
    return (
      <div className={own.chosen}>
        <p id={common.id} tabIndex={-1}>
          <strong>{code}</strong> {title}
        </p>
        <Button onClick={() => answer(path, undefined)}>{t.change}</Button>
      </div>
    );
  }
  const found = activities(list, words);
  return (
    <>
      <input
        {...common}
        type="search"
        autoComplete="off"
        placeholder={t.searchActivity}
        value={words}
        onChange={(event) => search(event.currentTarget.value)}
      />
      {words.trim() !== '' && (
        <ul className={styles.list}>
          {found.map((each) => (
            <li key={each.code}>
              <button
                type="button"
                className={styles.item}
                onClick={() => {
                  answer(path, each.code);
                  search('');
                }}
              >
                <span>{each.title}</span>
                <span className={styles.pill}>{each.code}</span>
              </button>
            </li>
          ))}
          {found.length === 0 && <li className={own.nothing}>{t.noActivity}</li>}
        </ul>
      )}
    </>
  );
}
