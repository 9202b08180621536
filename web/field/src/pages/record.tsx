// One record: its revisions, what the server said of each, and the way to correct it.

import type { Row } from '@kumkm/protocol/outbox.ts';
import type { Doubt } from '@kumkm/protocol/states.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { findingText } from '../forms/words.ts';
import { NoRoom, orNoRoom } from '../parts/no-room.tsx';
import { Button, Notice, Pill, Reading, Screen, styles } from '../parts/parts.tsx';
import { here } from '../state/device.ts';
import { go } from '../state/route.ts';
import { useStored } from '../state/stored.ts';
import { correct, form } from '../state/work.ts';
import { filling, sending, work } from '../texts/work.ts';
import { labelOf } from './form-end.tsx';
import { STATE_TONES, saidOf } from './outbox.tsx';
import { nameOf } from './work.tsx';

export function RecordPage({ id }: { readonly id: string }) {
  const [t, words] = [useTexts(sending), useTexts(work)];
  const [isGone, setGone] = useState(false);
  const found = useStored(async () => {
    const rows = (await here().tablet.outbox.revisions(id)).reverse();
    const whole = rows.find((row) => row.bytes > 0) ?? null;
    return { rows, whole, name: whole === null ? '' : await nameOf(whole) };
  }, id);
  if (found === null) return <Reading back="#/kiriman" />;
  const { rows, whole, name } = found;
  const toFix = whole !== null && ['to_fix', 'returned'].includes(whole.state);
  const begin = () =>
    orNoRoom(async () => {
      const draft = whole === null ? null : await correct(whole);
      if (draft === null) setGone(true);
      else go(`#/isian/${draft.record_id}`);
    });
  return (
    <Screen title={name || words.unnamed} back="#/kiriman">
      <NoRoom />
      {(whole === null || isGone) && <Notice>{t.noContent}</Notice>}
      {whole !== null && (
        <Button kind={toFix ? 'main' : 'plain'} wide onClick={begin}>
          <IconPencil aria-hidden /> {toFix ? t.correct : t.change}
        </Button>
      )}
      <section className={styles.stack}>
        <h2>{t.history}</h2>
        {rows.map((row) => (
          <Revision key={row.revision} row={row} />
        ))}
      </section>
    </Screen>
  );
}

function Revision({ row }: { readonly row: Row }) {
  const [t, words, language] = [useTexts(sending), useTexts(filling), useLanguage()];
  const said = saidOf(row, t.outcomes, language);
  const { told } = row;
  return (
    <article className={styles.card}>
      <div className={styles.row}>
        <h3 className={styles.grow}>{t.revision(String(row.revision))}</h3>
        <Pill tone={STATE_TONES[row.state] ?? 'info'}>{t.states[row.state]}</Pill>
      </div>
      {said !== '' && <p>{said}</p>}
      {row.state === 'returned' && <p className={styles.quiet}>{words.returnedWhy}</p>}
      <Doubts doubts={told?.errors ?? []} row={row} tone="bad" />
      <Doubts doubts={told?.warnings ?? []} row={row} tone="risk" />
    </article>
  );
}

function Doubts(props: {
  readonly doubts: readonly Doubt[];
  readonly row: Row;
  readonly tone: 'bad' | 'risk';
}) {
  const language = useLanguage();
  const drawn = useStored(() => form(props.row.questionnaire), props.row.questionnaire);
  if (props.doubts.length === 0) return null;
  return (
    <Notice tone={props.tone}>
      <ul className={styles.stack}>
        {props.doubts.map(({ pointer = '', code, detail }) => {
          const name = drawn === null ? undefined : labelOf(drawn.questions, pointer)?.[language];
          return (
            <li key={`${pointer} ${code}`}>
              {name !== undefined && <strong>{name}: </strong>}
              {detail ?? findingText(code, language)}
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
