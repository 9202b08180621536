// A form: a block to a page, stored at every stroke, gone on with at the same question.

import { checkNumber } from '@kumkm/protocol/identifiers.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import type { Ground } from '@kumkm/shared/forms/checking.ts';
import type { Form, Path, Question } from '@kumkm/shared/forms/form.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { activityList } from '../forms/activity.tsx';
import { afterAnswer, afterTyping, type Filling, FillingProvider, look, yearOf } from '../forms/filling.tsx';
import own from '../forms/form.module.css';
import { Asked } from '../forms/question.tsx';
import { withTyped } from '../forms/typed.ts';
import { NoRoom } from '../parts/no-room.tsx';
import { Button, Notice, Reading, Screen, styles } from '../parts/parts.tsx';
import { handshake, here, reference, serverNow } from '../state/device.ts';
import { untilRead } from '../state/stored.ts';
import { day, form as formOf } from '../state/work.ts';
import { type Draft, isAgain, questionnaireOf } from '../storage/drafts.ts';
import { reinterviews } from '../texts/reinterviews.ts';
import { results, filling as texts, work } from '../texts/work.ts';
import { End } from './form-end.tsx';

export function FormPage({ id }: { readonly id: string }) {
  const t = useTexts(texts);
  const found = useOnce(async () => {
    const draft = await here().drafts.one(id);
    if (draft === null) return { draft: null };
    const [form, told, now] = [await formOf(questionnaireOf(draft)), await reference(), await serverNow()];
    const campaign = (await handshake())?.campaigns.find((each) => each.code === draft.campaign);
    const edition = campaign?.kbli_versions[0] ?? null;
    const codes = new Map<string | null, ReadonlySet<string>>();
    for (const each of [
      null,
      ...(told?.other_kbli ?? []).map((it) => it.kbli_version),
      told?.kbli_version ?? null,
    ])
      codes.set(each, new Set((await activityList(each ?? edition)).map((it) => it.code)));
    const ground: Ground = {
      ...{ provinces: new Set(told?.provinces ?? []), today: day(now), referenceYear: null },
      hasActivity: (asked, code) =>
        (codes.get(asked)?.size ?? 0) === 0 ? null : (codes.get(asked)?.has(code) ?? null),
    };
    return { draft, form, ground, edition, startsOn: campaign?.starts_on };
  }, id);
  const words = useTexts(work);
  if (found === null) return <Reading back="#/tugas" />;
  if (found.draft === null)
    return (
      <Screen title={words.newDoor} back="#/tugas">
        <Notice>{t.gone}</Notice>
      </Screen>
    );
  if (found.form === null)
    return (
      <Screen title={words.newDoor} back="#/tugas">
        <Notice tone="risk">{words.newForm}</Notice>
      </Screen>
    );
  return <Filled key={id} {...found} first={found.draft} form={found.form} />;
}

/** Read at first and never again: what is typed is newer than what is stored. */
function useOnce<T>(read: () => Promise<T>, key: string): T | null {
  const [found, set] = useState<{ key: string; value: T } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `read` reads
  useEffect(() => untilRead(read, (value) => set({ key, value })), [key]);
  return found?.key === key ? found.value : null;
}

function Filled({
  first,
  form,
  ground,
  edition,
  startsOn,
}: {
  readonly first: Draft;
  readonly form: Form;
  readonly ground: Ground;
  readonly edition: string | null;
  readonly startsOn: string | undefined;
}) {
  const [t, language] = [useTexts(texts), useLanguage()];
  const names: Readonly<Record<string, string>> = useTexts(results);
  const again = useTexts(reinterviews);
  const { draft, change, stored } = useDraft(first);
  const [shownAll, showAll] = useState(false);
  // Where to go by itself: after a crash, or from a list of faults. Where somebody goes is their own business.
  const [jump, setJump] = useState(first.question);
  const [ending, setEnding] = useState(first.page < 0);
  const checked = useMemo(() => look(form, draft, ground), [form, draft, ground]);
  // Also what was typed and is no answer: it is asked back, so it has to be seen.
  const { answers, typed } = draft;
  const pages = useMemo(() => form.asked(withTyped({ answers, typed })), [form, answers, typed]);
  const known = useKnown(form, draft, ground);
  const place = Math.min(Math.max(0, draft.page), pages.length - 1);
  const page = pages[place];

  const answer = useCallback(
    (path: Path, value: unknown) => change((it) => afterAnswer(it, path, value)),
    [change],
  );
  const type = useCallback(
    (question: Question, path: Path, text: string) => change((it) => afterTyping(it, question, path, text)),
    [change],
  );
  const visit = useCallback(
    (pointer: string) => change((it) => (it.question === pointer ? it : { ...it, question: pointer })),
    [change],
  );
  const filling: Filling = {
    form,
    draft,
    ground,
    edition,
    year: yearOf(draft.answers, startsOn),
    checked,
    known,
    shownAll: shownAll || ending,
    answer,
    type,
    visit,
  };
  useJump(jump, place);

  const turn = (to: number, pointer: string | null = null) => {
    change((it) => ({ ...it, page: to, question: pointer }));
    setJump(pointer);
    showAll(pointer !== null);
    setEnding(false);
    scrollTo(0, 0);
  };
  const toEnd = () => {
    setEnding(true);
    scrollTo(0, 0);
  };

  const isVisit = draft.questionnaire.startsWith('visit@');
  const name = String(draft.answers.legal_name ?? '');
  // Forms of one page, and visits, have no title of their own.
  const one = isVisit ? names[String(draft.answers.result ?? '')] : name;
  const title = ending ? t.end : page?.title[language] || one || t.questions;
  const under =
    pages.length > 1 && !ending ? t.page(count(place + 1, language), count(pages.length, language)) : name;
  return (
    <FillingProvider value={filling}>
      <Screen
        title={title}
        under={
          [isAgain(draft) ? again.title : '', under === title ? '' : under].filter(Boolean).join(' · ') ||
          undefined
        }
        back="#/tugas"
        beside={<Stored stored={stored} />}
        below={
          <div className={own.steps}>
            {ending || place > 0 ? (
              <Button onClick={() => turn(ending ? pages.length - 1 : place - 1)}>{t.before}</Button>
            ) : (
              <span />
            )}
            {!ending && (
              <Button kind="main" onClick={() => (place + 1 < pages.length ? turn(place + 1) : toEnd())}>
                {place + 1 < pages.length ? t.next : t.toEnd}
              </Button>
            )}
          </div>
        }
      >
        <NoRoom />
        {pages.length > 1 && (
          <progress
            className={styles.meter}
            value={ending ? pages.length : place}
            max={pages.length}
            aria-label={t.page(count(place + 1, language), count(pages.length, language))}
          />
        )}
        {ending ? (
          <End pages={pages} change={change} turn={turn} />
        ) : (
          page?.questions.map((each) => <Asked key={each.path.join('/')} question={each} path={each.path} />)
        )}
      </Screen>
    </FillingProvider>
  );
}

/** The draft as it is typed; each change is on its way to the disk at once. */
function useDraft(first: Draft) {
  const [draft, set] = useState(first);
  const [stored, setStored] = useState(true);
  const newest = useRef(first);
  const change = useCallback((next: (draft: Draft) => Draft) => {
    const made = next(newest.current);
    if (made === newest.current) return;
    newest.current = made;
    set(made);
    setStored(false);
    here()
      .drafts.keep(made)
      .then(() => {
        if (newest.current === made) setStored(true);
      })
      .catch(() => {}); // the page says that it is not stored
  }, []);
  return { draft, change, stored };
}

const PAUSE_MS = 300;

/**
 * Whether what is typed is probably recorded already, asked when somebody stops typing. Not in a re-interview: it is recorded, and
 * who asks again is not told whether the number is the same.
 */
function useKnown(form: Form, draft: Draft, ground: Ground): readonly string[] {
  const [known, set] = useState<readonly string[]>([]);
  const { answers } = draft;
  const isBlind = isAgain(draft);
  useEffect(() => {
    if (isBlind) return;
    let current = true;
    const timer = setTimeout(async () => {
      const numbers = form
        .numbers(answers)
        .filter(([kind, text]) => checkNumber(kind as 'nik', text, ground).fault === null);
      const found = numbers.length === 0 ? [] : await here().tablet.probablyRecorded(numbers, answers);
      if (current) set(found);
    }, PAUSE_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [form, answers, ground, isBlind]);
  return known;
}

/** To the question of a page, once. */
function useJump(pointer: string | null, page: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same question on another page is another place
  useEffect(() => {
    const found = pointer === null ? null : placed(pointer);
    if (found === null) return;
    const typed = 'input, select, textarea, button';
    const inside = found.matches(typed) ? found : (found.querySelector<HTMLElement>(typed) ?? found);
    inside.focus({ preventScroll: true });
    found.scrollIntoView({ block: 'center' });
  }, [pointer, page]);
}

/** Where a pointer is on the page: the question itself, or the nearest one around it, such as the list of an entry. */
function placed(pointer: string): HTMLElement | null {
  const found =
    document.getElementById(pointer) ??
    document.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(pointer)}"]`);
  const around = pointer.slice(0, pointer.lastIndexOf('/'));
  return found ?? (around === '' ? null : placed(around));
}

function Stored({ stored }: { readonly stored: boolean }) {
  const t = useTexts(texts);
  return (
    <small role="status" data-stored={stored}>
      {stored ? t.saved : t.saving}
    </small>
  );
}
