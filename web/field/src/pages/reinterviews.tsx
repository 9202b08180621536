// Re-interviews: the short list on the page of work, and one of them: where the business is, and what became of it.

import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconMapPin, IconMessages, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { findingText } from '../forms/words.ts';
import { NoRoom, orNoRoom } from '../parts/no-room.tsx';
import { Button, Dialog, Facts, Notice, Pill, Reading, Screen, styles, type Tone } from '../parts/parts.tsx';
import {
  allReinterviews,
  beginAgain,
  finishWithout,
  heardOf,
  NO_INTERVIEW,
  type Reinterview,
  type Standing,
  toDo,
} from '../state/reinterviews.ts';
import { go } from '../state/route.ts';
import { useStored } from '../state/stored.ts';
import { sync } from '../state/syncing.ts';
import { discard, form } from '../state/work.ts';
import type { Draft } from '../storage/drafts.ts';
import { app } from '../texts/app.ts';
import { problemText } from '../texts/problems.ts';
import { reinterviews as texts } from '../texts/reinterviews.ts';
import { filling, results, sending, work } from '../texts/work.ts';
import { labelOf, PointCard } from './form-end.tsx';

const TONES: Readonly<Record<Standing, Tone>> = {
  ...{ to_do: 'info', visit_again: 'risk', open: 'risk', taken_away: 'risk' },
  ...{ queued: 'info', sent: 'info', kept: 'risk', to_fix: 'bad', safe: 'good' },
};

/** The short list; nothing where there is none. */
export function Reinterviews() {
  const [t, language] = [useTexts(texts), useLanguage()];
  const found = toDo(useStored(allReinterviews) ?? []);
  if (found.length === 0) return null;
  return (
    <section className={styles.stack}>
      <h2>
        {t.title} · {count(found.length, language)}
      </h2>
      <ul className={styles.list}>
        {found.map((each) => (
          <li key={each.id}>
            <ReinterviewItem one={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One in a list; `named`: with what it is, beside records. */
export function ReinterviewItem({
  one,
  named = false,
}: {
  readonly one: Reinterview;
  readonly named?: boolean;
}) {
  const [t, words, language] = [useTexts(texts), useTexts(work), useLanguage()];
  const due = one.standing === 'to_do' ? (one.task?.due_on ?? null) : null;
  return (
    <a className={styles.item} href={`#/ulang/${one.id}`}>
      <strong>{one.name || words.unnamed}</strong>
      <State one={one} />
      <small>
        {[named ? t.title : '', one.place, due === null ? '' : t.due(longDay(due, language))]
          .filter(Boolean)
          .join(' · ')}
      </small>
    </a>
  );
}

function State({ one }: { readonly one: Reinterview }) {
  const t = useTexts(texts);
  const isLate = one.isOverdue && ['to_do', 'visit_again'].includes(one.standing);
  return isLate ? (
    <Pill tone="bad">{t.overdue}</Pill>
  ) : (
    <Pill tone={TONES[one.standing]}>{t.states[one.standing]}</Pill>
  );
}

export function ReinterviewPage({ id }: { readonly id: string }) {
  const [t, words] = [useTexts(texts), useTexts(work)];
  const found = useStored(
    async () => ({ one: (await allReinterviews()).find((each) => each.id === id) }),
    id,
  );
  if (found === null) return <Reading back="#/tugas" />;
  const { one } = found;
  return (
    <Screen title={one?.name || (one === undefined ? t.title : words.unnamed)} under={t.title} back="#/tugas">
      {one === undefined ? <Notice>{t.gone}</Notice> : <One one={one} />}
    </Screen>
  );
}

function One({ one }: { readonly one: Reinterview }) {
  const [t, words, others] = [useTexts(texts), useTexts(work), useTexts(sending)];
  const { standing } = one;
  const [isUnknown, setUnknown] = useState(false);
  const enter = () =>
    orNoRoom(async () => {
      const draft = await beginAgain(one);
      setUnknown(draft === null);
      if (draft !== null) go(`#/isian/${draft.record_id}`);
    });
  const isHeard = ['queued', 'sent', 'to_fix'].includes(standing);
  const isToAsk = ['to_do', 'visit_again', 'open'].includes(standing);
  return (
    <>
      <NoRoom />
      {isUnknown && <Notice tone="risk">{words.newForm}</Notice>}
      <About one={one} />
      {isToAsk && (
        <>
          <Notice>{t.blind}</Notice>
          <Button kind="main" wide onClick={enter}>
            <IconMessages aria-hidden /> {standing === 'open' ? words.goOn : words.interview}
          </Button>
        </>
      )}
      {isHeard && (
        <Button kind={standing === 'to_fix' ? 'main' : 'plain'} wide onClick={enter}>
          <IconPencil aria-hidden /> {standing === 'to_fix' ? others.correct : others.change}
        </Button>
      )}
      {(isToAsk || isHeard) && <Without one={one} />}
      {standing === 'taken_away' && one.draft !== null && <Discard draft={one.draft} />}
    </>
  );
}

/** How to find the business, how it stands, and whether the server has it. */
function About({ one }: { readonly one: Reinterview }) {
  const [t, words, language] = [useTexts(texts), useTexts(work), useLanguage()];
  const names: Readonly<Record<string, string>> = useTexts(results);
  const heard = useStored(() => heardOf(one.id), one.id);
  const { task, standing, row } = one;
  const facts = [
    [words.owner, task?.owner_name],
    [words.address, task?.address],
    [words.activity, task?.activity],
    [words.village, one.place],
    [t.heard, heard === null ? '' : heard.result === 'done' ? t.interviewed : names[heard.result]],
  ].filter((each): each is [string, string] => typeof each[1] === 'string' && each[1] !== '');
  const point = task?.location ?? null;
  const why = t.why[standing];
  return (
    <section className={styles.card}>
      <div className={styles.row}>
        <h2 className={styles.grow}>{one.name || words.unnamed}</h2>
        <State one={one} />
      </div>
      {why !== undefined && <p>{why}</p>}
      {standing === 'to_fix' && row !== null && <Faults one={one} />}
      <Facts of={facts} />
      {task?.due_on != null && <p>{t.due(longDay(task.due_on, language))}</p>}
      {point !== null && (
        <a
          className={styles.button}
          data-kind="soft"
          href={`geo:${point.latitude},${point.longitude}?q=${point.latitude},${point.longitude}`}
        >
          <IconMapPin size={20} aria-hidden /> {t.map}
        </a>
      )}
    </section>
  );
}

/** What the server found, question by question; or why it took nothing. */
function Faults({ one }: { readonly one: Reinterview }) {
  const language = useLanguage();
  const name = useStored(async () => (await heardOf(one.id))?.questionnaire ?? '', one.id) ?? '';
  const drawn = useStored(() => form(name), name);
  const { code, errors } = one.row ?? { code: null, errors: [] };
  return (
    <Notice tone="bad">
      {errors.length === 0 && (
        <span>{code === null ? '' : (problemText(code, language, 'session') ?? code)}</span>
      )}
      <ul className={styles.stack}>
        {errors.map((each) => {
          const label = drawn === null ? undefined : labelOf(drawn.questions, each.pointer ?? '')?.[language];
          return (
            <li key={`${each.pointer} ${each.code}`}>
              {label !== undefined && <strong>{label}: </strong>}
              {each.detail ?? findingText(each.code, language)}
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

/** Why there was no interview: chosen, made sure of, with the point where somebody stands. */
function Without({ one }: { readonly one: Reinterview }) {
  const [t, words, general] = [useTexts(texts), useTexts(work), useTexts(app)];
  const names = useTexts(results);
  const [chosen, choose] = useState<(typeof NO_INTERVIEW)[number] | null>(null);
  const [location, locate] = useState<Draft['location']>(null);
  const [busy, setBusy] = useState(false);
  const isFilled = one.draft !== null || ['queued', 'sent', 'to_fix'].includes(one.standing);
  const save = async () => {
    if (chosen === null || busy) return;
    setBusy(true);
    await orNoRoom(async () => {
      await finishWithout(one, chosen, location);
      go('#/tugas', true);
      if (navigator.onLine) void sync();
    });
    setBusy(false);
  };
  return (
    <section className={styles.stack}>
      <h2>{words.noInterview}</h2>
      {NO_INTERVIEW.map((result) => (
        <Button key={result} wide onClick={() => choose(result)}>
          {names[result]}
        </Button>
      ))}
      {chosen !== null && (
        <Dialog title={names[chosen]} close={() => choose(null)}>
          <NoRoom />
          <p>{t.sure[chosen]}</p>
          {isFilled && <Notice tone="risk">{t.replaces}</Notice>}
          <PointCard location={location} change={locate} />
          <Button kind="main" wide disabled={busy} onClick={save}>
            {t.save}
          </Button>
          <Button wide onClick={() => choose(null)}>
            {general.cancel}
          </Button>
        </Dialog>
      )}
    </section>
  );
}

function Discard({ draft }: { readonly draft: Draft }) {
  const t = useTexts(filling);
  const [asked, ask] = useState(false);
  const drop = () =>
    orNoRoom(async () => {
      await discard(draft);
      go('#/tugas', true);
    });
  return (
    <>
      <Button wide onClick={() => ask(true)}>
        <IconTrash size={18} aria-hidden /> {t.discard}
      </Button>
      {asked && (
        <Dialog title={t.discard} close={() => ask(false)}>
          <p>{t.discardSure}</p>
          <Button kind="bad" wide onClick={drop}>
            {t.discard}
          </Button>
          <Button wide onClick={() => ask(false)}>
            {t.keepIt}
          </Button>
        </Dialog>
      )}
    </>
  );
}
