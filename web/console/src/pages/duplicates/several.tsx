import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Group } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { duplicates } from '../../texts/duplicates.ts';
import styles from './duplicates.module.css';
import { nameOf } from './names.ts';
import type { Case } from './queries.ts';
import { mayJoin } from './several.ts';
import { DecideSeveral, UndoSeveral } from './several-dialogs.tsx';
import type { Several as Chosen } from './use-several.ts';

interface Told {
  readonly several: Chosen;
  readonly items: readonly Case[];
  readonly onOpen: (id: string) => void;
}

/** What is chosen of the list and may be decided at once, and what became of it. */
export function Several({ several, items, onOpen }: Told) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const { chosen, done } = several;
  const more = items.filter((item) => !chosen.has(item.id) && mayJoin(chosen, item)).length;
  const n = (value: number) => count(value, language);
  const outcome = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what became of it is seen, though the list was far down
  useEffect(() => {
    void outcome.current?.scrollIntoView({ block: 'center' }); // newer browsers answer with a promise
  }, [done]);
  return (
    <>
      {(chosen.size > 0 || more > 1) && (
        <section className={styles.several} aria-label={t.several} data-chosen={chosen.size > 0 || undefined}>
          <p className={styles.severalAbout} role="status">
            {chosen.size === 0 ? t.severalAbout : t.chosen(n(chosen.size))}
          </p>
          <Group gap="xs">
            {more > 0 && (
              <Button
                variant="default"
                rightSection={<kbd aria-hidden>A</kbd>}
                onClick={() => several.chooseAll()}
              >
                {t.chooseAll(n(more))}
              </Button>
            )}
            {chosen.size > 0 && (
              <>
                <Button variant="default" onClick={several.clear}>
                  {t.chooseNone}
                </Button>
                <Button rightSection={<kbd aria-hidden>D</kbd>} onClick={() => several.open('decide')}>
                  {t.decideSeveral}
                </Button>
              </>
            )}
          </Group>
        </section>
      )}
      {done !== undefined && (
        <Alert
          ref={outcome}
          mb="md"
          className={styles.outcome}
          role="status"
          color={done.refused.length > 0 ? 'orange' : 'teal'}
          title={t.severalDone(n(done.done.length))}
          withCloseButton
          closeButtonLabel={t.close}
          onClose={several.forget}
        >
          {done.refused.length > 0 && (
            <>
              <p className={styles.severalAbout}>{t.severalRefused(n(done.refused.length))}</p>
              <ul className={styles.refused}>
                {done.refused.map(({ id, problem }) => (
                  <li key={id}>
                    <button type="button" className={styles.refusedName} onClick={() => onOpen(id)}>
                      {nameOf(done.chosen.get(id)?.record) ?? t.case}
                    </button>
                    {problem.title}
                  </li>
                ))}
              </ul>
            </>
          )}
          {done.done.length > 0 && (
            <Button
              variant="default"
              rightSection={<kbd aria-hidden>Z</kbd>}
              onClick={() => several.open('undo')}
            >
              {t.undoSeveral(n(done.done.length))}
            </Button>
          )}
        </Alert>
      )}
      {several.window === 'decide' && chosen.size > 0 && <DecideSeveral several={several} />}
      {several.window === 'undo' && done !== undefined && <UndoSeveral several={several} done={done} />}
    </>
  );
}
