import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import { longDay, longMoment } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { draftsOf } from '../../data/drafts.ts';
import { Fault } from '../../parts/fault.tsx';
import { Particular } from '../../parts/particular.tsx';
import looks from '../../parts/queue.module.css';
import { SearchField } from '../../parts/search-field.tsx';
import sides from '../../parts/sides.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { coding } from '../../texts/coding.ts';
import styles from './coding.module.css';
import { type Activity, activitiesQuery, code, type ToCode, undo } from './queries.ts';

const SHORTEST = 5;
const TYPING_MS = 250;

/** A decision that is being written: it stays while others are looked at. */
interface Draft {
  readonly words: string;
  readonly chosen?: Activity | undefined;
  readonly reason: string;
}

const { useDraft, forgetDraft } = draftsOf<Draft>({ words: '', reason: '' });

interface Told {
  readonly item: ToCode;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** One business: what tells what it does, and the decision. */
export function Opened({ item, onBack, onDone }: Told) {
  const t = useTexts(coding);
  const language = useLanguage();
  const said = [item.main_activity, item.main_product, ...item.products].filter(
    (each): each is string => each !== null && each !== '',
  );
  return (
    <>
      <div className={looks.back}>
        <Button variant="default" size="md" onClick={onBack}>
          {t.back}
        </Button>
      </div>
      <div className={surfaces.panel}>
        <div className={looks.part}>
          <h2>{item.name}</h2>
          <ul className={`${sides.meta} ${looks.meta}`}>
            <Particular name={t.village}>{item.region_name}</Particular>
            <Particular name={t.recordedBy}>{item.enumerator_name}</Particular>
            <Particular name={t.captured}>{longDay(item.captured_at.slice(0, 10), language)}</Particular>
          </ul>
        </div>
        <div className={looks.part}>
          <h3>{t.whatItDoes}</h3>
          {said.length === 0 ? (
            <p className={looks.quiet}>{t.saysNothing}</p>
          ) : (
            <ul className={styles.said}>
              {[...new Set(said)].map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          )}
          <p className={styles.wrong}>{t.notInEdition(item.said_kbli, item.said_kbli_version)}</p>
          {item.same_number.length > 0 && (
            <>
              <p className={looks.quiet}>{t.sameNumber}</p>
              <ul className={styles.said}>
                {item.same_number.map((each) => (
                  <li key={each.kbli_version}>
                    <Named activity={each} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
        <div className={looks.part} role="status">
          {item.coding === null ? (
            <Decide item={item} onDone={onDone} />
          ) : (
            <Decided item={item} coding={item.coding} />
          )}
        </div>
      </div>
    </>
  );
}

function Named({ activity }: { readonly activity: Activity }) {
  const t = useTexts(coding);
  return (
    <span className={styles.named}>
      <strong>{activity.code}</strong> <span lang="id">{activity.title}</span>{' '}
      <span className={`${looks.quiet} ${styles.edition}`}>
        {t.edition(activity.kbli_version, activity.category ?? '–')}
      </span>
    </span>
  );
}

function Decide({ item, onDone }: { readonly item: ToCode; readonly onDone: () => void }) {
  const t = useTexts(coding);
  const client = useQueryClient();
  const [draft, setDraft] = useDraft(item.business_id);
  const [isShort, setShort] = useState(false);
  const [words] = useDebouncedValue(draft.words.trim(), TYPING_MS);
  const found = useQuery(activitiesQuery(words));
  const deciding = useMutation({
    mutationFn: (chosen: Activity) =>
      code(item.business_id, {
        kbli: chosen.code,
        kbli_version: chosen.kbli_version === '2025' ? '2025' : '2020',
        reason: draft.reason.trim(),
        revision: item.revision,
      }),
    onSuccess: () => {
      forgetDraft(item.business_id);
      onDone();
      again(client);
    },
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (draft.chosen === undefined || draft.reason.trim().length < SHORTEST) setShort(true);
    else deciding.mutate(draft.chosen);
  }
  const { chosen } = draft;
  const listed = found.data?.items ?? [];
  const shown =
    chosen !== undefined && !listed.some((each) => isSame(each, chosen)) ? [chosen, ...listed] : listed;
  return (
    <form className={styles.form} onSubmit={submit}>
      <h3>{t.find}</h3>
      <SearchField
        label={t.words}
        words={draft.words}
        onWords={(each) => setDraft({ ...draft, words: each })}
      />
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {words !== '' && found.isSuccess && listed.length === 0 && <p>{t.nothingFound}</p>}
      {shown.length > 0 && (
        <fieldset className={styles.choices}>
          <legend className={looks.quiet}>{t.choose}</legend>
          {shown.map((each) => (
            <label key={each.kbli_version + each.code} className={styles.choice}>
              <input
                type="radio"
                name="activity"
                checked={chosen !== undefined && isSame(each, chosen)}
                onChange={() => {
                  setShort(false);
                  setDraft({ ...draft, chosen: each });
                }}
              />
              <Named activity={each} />
            </label>
          ))}
        </fieldset>
      )}
      <Textarea
        label={t.reason}
        description={t.reasonHint}
        rows={2}
        maxLength={1000}
        value={draft.reason}
        error={isShort ? (chosen === undefined ? t.chooseFirst : t.reasonShort) : undefined}
        onChange={(event) => {
          setShort(false);
          setDraft({ ...draft, reason: event.currentTarget.value });
        }}
      />
      {deciding.isError && <Refused fault={deciding.error} />}
      <div>
        <Button type="submit" size="md" loading={deciding.isPending}>
          {t.save}
        </Button>
      </div>
    </form>
  );
}

interface DecidedTold {
  readonly item: ToCode;
  readonly coding: NonNullable<ToCode['coding']>;
}

function Decided({ item, coding: decided }: DecidedTold) {
  const t = useTexts(coding);
  const language = useLanguage();
  const client = useQueryClient();
  const [reason, setReason] = useState<string>();
  const [isShort, setShort] = useState(false);
  const undoing = useMutation({
    mutationFn: (why: string) => undo(item.business_id, why, item.revision),
    onSuccess: () => again(client),
  });
  function submit(event: FormEvent): void {
    event.preventDefault();
    const why = (reason ?? '').trim();
    if (why.length < SHORTEST) setShort(true);
    else undoing.mutate(why);
  }
  return (
    <div className={styles.form}>
      <h3>{t.decided}</h3>
      <p>
        <strong>{t.codedAs(decided.kbli, decided.kbli_version)}</strong>
        {t.by(decided.decided_by, longMoment(decided.decided_at, language))}
      </p>
      <p>“{decided.reason}”</p>
      {reason === undefined ? (
        <div>
          <Button variant="default" size="md" data-undo onClick={() => setReason('')}>
            {t.undo}
          </Button>
        </div>
      ) : (
        <form className={styles.form} onSubmit={submit}>
          <Textarea
            label={t.undoReason}
            rows={2}
            maxLength={1000}
            autoFocus
            value={reason}
            error={isShort ? t.reasonShort : undefined}
            onChange={(event) => {
              setShort(false);
              setReason(event.currentTarget.value);
            }}
          />
          <div>
            <Button type="submit" size="md" color="orange.9" loading={undoing.isPending}>
              {t.undo}
            </Button>
          </div>
        </form>
      )}
      {undoing.isError && <Refused fault={undoing.error} />}
    </div>
  );
}

/** Why it was not taken: what was written stays until the list is loaded again. */
function Refused({ fault }: { readonly fault: Error }) {
  const t = useTexts(coding);
  const client = useQueryClient();
  if (!isLate(fault)) return <Fault fault={fault} />;
  return (
    <Alert color="orange" title={t.late}>
      <Button variant="default" size="md" onClick={() => again(client)}>
        {t.reload}
      </Button>
    </Alert>
  );
}

function isSame(one: Activity, other: Activity): boolean {
  return one.code === other.code && one.kbli_version === other.kbli_version;
}

/** Whether somebody else decided first, or another revision came. */
function isLate(fault: unknown): boolean {
  return fault instanceof ApiProblem && fault.code === 'state_changed';
}

function again(client: ReturnType<typeof useQueryClient>): void {
  for (const queryKey of [['coding'], ['queues']]) void client.invalidateQueries({ queryKey });
}
