// Questions as they are answered on a tablet.

import { checkNumber } from '@kumkm/protocol/identifiers.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { at, type Path, type Question } from '@kumkm/shared/forms/form.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Button, Said, styles } from '../parts/parts.tsx';
import { app } from '../texts/app.ts';
import { filling } from '../texts/work.ts';
import { Activity } from './activity.tsx';
import { entriesOf, saidMoment, shownMoment, signsLeft } from './entries.ts';
import { codesAt, useFilling } from './filling.tsx';
import own from './form.module.css';
import { Known } from './known.tsx';
import { pointerOf } from './typed.ts';
import { findingText } from './words.ts';

const MOST_BUTTONS = 7;
const LENGTHS: Readonly<Record<string, number>> = { nik: 16, nib: 13, nitku: 22 };

/** A question with all below it. `path`: where its answer stands. */
export function Asked({ question, path }: { readonly question: Question; readonly path: Path }) {
  const language = useLanguage();
  if (question.kind === 'block')
    return (
      <fieldset className={own.block}>
        <legend>{question.label[language]}</legend>
        {question.inner.map((each) => (
          <Asked key={each.path.join('/')} question={each} path={each.path} />
        ))}
        <Findings path={path} id={`f${pointerOf(path)}`} />
      </fieldset>
    );
  if (question.kind === 'table') return <Table question={question} path={path} />;
  return <Single question={question} path={path} />;
}

function Single({ question, path }: { readonly question: Question; readonly path: Path }) {
  const { draft, form, visit, checked, shownAll } = useFilling();
  const language = useLanguage();
  const t = useTexts(filling);
  const pointer = pointerOf(path);
  const value = at(draft.answers, path);
  const answered = value !== undefined && value !== null;
  const isGroup = ['choice', 'choices', 'boolean'].includes(question.kind) && !isLong(question);
  const Box = isGroup ? 'fieldset' : 'div';
  const label = (
    <>
      {question.label[language]}
      {question.required && <span className={own.optional}> · {t.needed}</span>}
    </>
  );
  const notAsked = answered && question.when !== null && !form.isAsked(question, draft.answers);
  const isGrowing = grows(question, value, shownAll);
  const wrong =
    !isGrowing &&
    (answered || shownAll || draft.typed[pointer] !== undefined) &&
    codesAt(checked.errors, path).length > 0;
  return (
    <Box className={styles.field} onFocus={() => visit(pointer)} data-pointer={pointer}>
      {isGroup ? (
        <legend className={styles.label}>{label}</legend>
      ) : (
        <label className={styles.label} htmlFor={pointer}>
          {label}
        </label>
      )}
      <Help question={question} />
      <Input question={question} path={path} wrong={wrong} />
      <Findings path={path} question={question} id={`f${pointer}`} />
      {notAsked && <Said tone="risk">{t.notAsked}</Said>}
    </Box>
  );
}

/** What helps to answer, with the year that a sum is of. */
function Help({ question }: { readonly question: Question }) {
  const { year } = useFilling();
  const [t, language] = [useTexts(filling), useLanguage()];
  if (question.help === null) return null;
  const ofYear = question.schema['x-reference-year'] === true && year !== null;
  return (
    <p className={styles.quiet}>
      {question.help[language]}
      {ofYear && ` ${t.referenceYear(String(year))}`}
    </p>
  );
}

const isLong = (question: Question) => question.kind === 'choice' && question.choices.length > MOST_BUTTONS;

function Input(props: { readonly question: Question; readonly path: Path; readonly wrong: boolean }) {
  const { question, path, wrong } = props;
  const { draft, answer, type } = useFilling();
  const [t, words, language] = [useTexts(filling), useTexts(app), useLanguage()];
  const pointer = pointerOf(path);
  const value = at(draft.answers, path);
  const common = {
    id: pointer,
    className: styles.input,
    'aria-invalid': wrong,
    'aria-describedby': `f${pointer}`,
  };
  switch (question.kind) {
    case 'boolean':
      return (
        <Choices
          among={[
            { value: true, label: words.yes },
            { value: false, label: words.no },
          ]}
          chosen={(each) => value === each}
          pick={(each) => answer(path, value === each ? undefined : each)}
          pointer={pointer}
        />
      );
    case 'choice':
      if (isLong(question))
        return (
          <select
            {...common}
            value={String(value ?? '')}
            onChange={({ currentTarget: { value: said } }) => answer(path, said === '' ? undefined : said)}
          >
            <option value="">{t.choose}</option>
            {question.choices.map((each) => (
              <option key={each.value} value={each.value}>
                {each.label[language]}
              </option>
            ))}
          </select>
        );
      return (
        <Choices
          among={question.choices.map((each) => ({ value: each.value, label: each.label[language] }))}
          chosen={(each) => value === each}
          pick={(each) => answer(path, value === each ? undefined : each)}
          pointer={pointer}
        />
      );
    case 'choices': {
      const said = Array.isArray(value) ? (value as unknown[]) : [];
      const toggled = (each: unknown) =>
        said.includes(each) ? said.filter((it) => it !== each) : [...said, each];
      return (
        <Choices
          many
          among={question.choices.map((each) => ({ value: each.value, label: each.label[language] }))}
          chosen={(each) => said.includes(each)}
          pick={(each) => {
            const next = toggled(each);
            answer(path, next.length === 0 ? undefined : next);
          }}
          pointer={pointer}
        />
      );
    }
    case 'texts':
      return <Lines value={value} most={entryMost(question)} common={common} path={path} />;
    case 'moment':
      return <Moment value={value} common={common} path={path} />;
    case 'date':
      return (
        <input
          {...common}
          type="date"
          value={String(value ?? '')}
          onChange={({ currentTarget: { value: said } }) => answer(path, said === '' ? undefined : said)}
        />
      );
    case 'integer':
    case 'number': {
      const shown =
        draft.typed[pointer] ??
        (value === undefined || value === null ? '' : String(value).replace('.', ','));
      return (
        <>
          <input
            {...common}
            inputMode={question.kind === 'integer' ? 'numeric' : 'decimal'}
            autoComplete="off"
            value={shown}
            onChange={({ currentTarget: { value: said } }) => type(question, path, said)}
          />
          {typeof value === 'number' && value >= 10_000 && (
            <p className={styles.quiet}>{count(value, language)}</p>
          )}
        </>
      );
    }
    default: {
      if (question.schema['x-list'] === 'kbli') return <Activity path={path} common={common} />;
      const number = question.schema['x-number'];
      const most = Number(question.schema.maxLength ?? Number.POSITIVE_INFINITY);
      const text = String(value ?? '');
      const said = { value: text, autoComplete: 'off' } as const;
      const change = (typed: string) => type(question, path, typed);
      const isLarge = most > LARGE && most < Number.POSITIVE_INFINITY;
      return (
        <>
          {isLarge ? (
            <textarea {...common} {...said} onChange={(event) => change(event.currentTarget.value)} />
          ) : (
            <input
              {...common}
              {...said}
              inputMode={
                number === undefined || number === 'passport' || number === 'kitas' ? 'text' : 'numeric'
              }
              onChange={(event) => change(event.currentTarget.value)}
            />
          )}
          <SignsLeft text={text} most={most} />
          {number !== undefined && <NumberHint kind={number} text={text} />}
        </>
      );
    }
  }
}

const LARGE = 400;

const entryMost = (question: Question): number =>
  Number(
    (question.schema.items as { maxLength?: number } | undefined)?.maxLength ?? Number.POSITIVE_INFINITY,
  );

/** Near the bound how many signs are left; beyond it how many are too many. Nothing that was typed or pasted is cut. */
function SignsLeft({ text, most }: { readonly text: string; readonly most: number }) {
  const [t, language] = [useTexts(filling), useLanguage()];
  const left = most === Number.POSITIVE_INFINITY ? null : signsLeft(text, most);
  if (left === null) return null;
  return (
    <div role="status">
      {left < 0 ? (
        <Said tone="bad">{t.signsOver(count(-left, language), count(most, language))}</Said>
      ) : (
        <p className={styles.quiet}>{t.signsLeft(count(left, language))}</p>
      )}
    </div>
  );
}

interface Common {
  id: string;
  className: string | undefined;
  'aria-invalid': boolean;
  'aria-describedby': string;
}
interface OfValue {
  readonly value: unknown;
  readonly common: Common;
  readonly path: Path;
}

/** A list of texts, one on each line. A blank line is on the screen alone. */
function Lines({ value, most, common, path }: OfValue & { readonly most: number }) {
  const { answer } = useFilling();
  const t = useTexts(filling);
  const entries = Array.isArray(value) ? (value as string[]) : [];
  const [typed, setTyped] = useState(entries.join('\n'));
  // What is typed is shown as it is, as long as it says what the answer says.
  const shown = (entriesOf(typed) ?? []).join('\n') === entries.join('\n') ? typed : entries.join('\n');
  const longest = entries.reduce((one, other) => (other.length > one.length ? other : one), '');
  return (
    <>
      <textarea
        {...common}
        value={shown}
        onChange={({ currentTarget: { value: text } }) => {
          setTyped(text);
          answer(path, entriesOf(text));
        }}
      />
      <p className={styles.quiet}>{t.oneALine}</p>
      <SignsLeft text={longest} most={most} />
    </>
  );
}

/** A day and a time of the tablet's own clock. */
function Moment({ value, common, path }: OfValue) {
  const { answer } = useFilling();
  const t = useTexts(filling);
  const isAhead = typeof value === 'string' && Date.parse(value) > Date.now() + A_MINUTE_MS;
  return (
    <>
      <input
        {...common}
        type="datetime-local"
        value={shownMoment(value)}
        onChange={({ currentTarget: { value: chosen } }) => answer(path, saidMoment(chosen, value))}
      />
      <p className={styles.quiet}>{t.momentEmpty}</p>
      {isAhead && <Said tone="risk">{t.momentAhead}</Said>}
    </>
  );
}

const A_MINUTE_MS = 60_000;

/** How far a number is typed, and whether it is sound. */
function NumberHint({
  kind,
  text,
}: {
  readonly kind: Parameters<typeof checkNumber>[0];
  readonly text: string;
}) {
  const { ground } = useFilling();
  const t = useTexts(filling);
  if (text === '') return null;
  const { digits, fault } = checkNumber(kind, text, ground);
  const length = LENGTHS[kind];
  if (fault === null) return <Said tone="good">{t.sound}</Said>;
  return length !== undefined && digits.length < length ? (
    <p className={styles.quiet}>{t.digits(String(digits.length), String(length))}</p>
  ) : null;
}

function Choices<T extends string | boolean>(props: {
  readonly among: readonly { value: T; label: string }[];
  readonly chosen: (value: T) => boolean;
  readonly pick: (value: T) => void;
  readonly pointer: string;
  readonly many?: boolean;
}) {
  return (
    <div className={own.choices} id={props.pointer} tabIndex={-1}>
      {props.among.map(({ value, label }) => (
        <label key={String(value)} className={own.choice}>
          <input
            type={props.many ? 'checkbox' : 'radio'}
            name={props.pointer}
            checked={props.chosen(value)}
            onChange={() => props.pick(value)}
            // What was chosen by mistake is taken back by another touch.
            onClick={() => !props.many && props.chosen(value) && props.pick(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </div>
  );
}

function Table({ question, path }: { readonly question: Question; readonly path: Path }) {
  const { draft, answer } = useFilling();
  const [t, language] = [useTexts(filling), useLanguage()];
  const value = at(draft.answers, path);
  const rows = Array.isArray(value) ? (value as unknown[]) : [];
  const full = question.most !== null && rows.length >= question.most;
  return (
    <fieldset className={own.block} data-pointer={pointerOf(path)}>
      <legend>{question.label[language]}</legend>
      <Help question={question} />
      {rows.map((_row, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is nothing but its place
        <fieldset key={place} className={own.tableRow}>
          <legend>{t.row(String(place + 1))}</legend>
          {question.inner.map((each) => (
            <Asked key={each.path.join('/')} question={each} path={[...path, place, ...each.path]} />
          ))}
          <Button onClick={() => answer([...path, place], undefined)}>
            <IconTrash size={18} aria-hidden /> {t.removeRow}
          </Button>
        </fieldset>
      ))}
      <Findings path={path} id={`f${pointerOf(path)}`} />
      {full && <p className={styles.quiet}>{t.mostRows(count(question.most, language))}</p>}
      <Button kind="soft" disabled={full} onClick={() => answer([...path, rows.length], {})}>
        <IconPlus size={18} aria-hidden /> {t.addRow}
      </Button>
    </fieldset>
  );
}

/** Whether a number is not typed to its end yet: nothing is wrong with it until then. */
function grows(question: Question | undefined, value: unknown, shownAll: boolean): boolean {
  const number = question?.schema['x-number'];
  if (number === undefined || shownAll) return false;
  return String(value ?? '').replace(/\D/g, '').length < (LENGTHS[number] ?? 0);
}

/** What is wrong or doubtful at a place. Of a question without an answer nothing is said while it was not passed. */
function Findings(props: {
  readonly path: Path;
  readonly id: string;
  readonly question?: Question;
}): ReactNode {
  const { checked, draft, shownAll, known } = useFilling();
  const language = useLanguage();
  const pointer = pointerOf(props.path);
  const typedText = draft.typed[pointer];
  const value = at(draft.answers, props.path);
  const answered = (value !== undefined && value !== null) || typedText !== undefined;
  if (!answered && !shownAll) return <span id={props.id} hidden />;
  const number = props.question?.schema['x-number'];
  const growing = grows(props.question, value, shownAll);
  // How many signs are too many stands at the text itself.
  const errors = growing ? [] : codesAt(checked.errors, props.path).filter((code) => code !== 'too_long');
  const doubts = growing ? [] : codesAt(checked.doubts, props.path);
  return (
    <div id={props.id} className={own.findings}>
      {errors.map((code) => (
        <Said key={code} tone="bad">
          {findingText(code, language)}
        </Said>
      ))}
      {doubts.map((code) => (
        <Said key={code} tone="risk">
          {findingText(code, language)}
        </Said>
      ))}
      {number !== undefined && known.includes(number) && <Known kind={number} />}
    </div>
  );
}
