// The last page of a form: what is to be corrected, the size class, the point, photos, and storing the record.

import type { Photo } from '@kumkm/protocol/photos.ts';
import { sizeClass } from '@kumkm/protocol/size-class.ts';
import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import type { Finding } from '@kumkm/shared/forms/checking.ts';
import { type Answers, at, type Page, type Question } from '@kumkm/shared/forms/form.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconCamera, IconCurrentLocation, IconTrash } from '@tabler/icons-react';
import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import { leadsTo, pageOf, useFilling } from '../forms/filling.tsx';
import own from '../forms/form.module.css';
import { shrunk } from '../forms/photos.ts';
import { type Ending, FAR_M, findPoint, LONGEST_S } from '../forms/point.ts';
import { findingText } from '../forms/words.ts';
import { orNoRoom } from '../parts/no-room.tsx';
import { Button, Dialog, Notice, Pill, styles } from '../parts/parts.tsx';
import { changed, here } from '../state/device.ts';
import { finishAgain } from '../state/reinterviews.ts';
import { go } from '../state/route.ts';
import { useStored } from '../state/stored.ts';
import { sync } from '../state/syncing.ts';
import { discard, finish } from '../state/work.ts';
import { type Draft, isAgain } from '../storage/drafts.ts';
import { StorageFull } from '../storage/store.ts';
import { filling as texts } from '../texts/work.ts';

type Change = (next: (draft: Draft) => Draft) => void;

export function End(props: {
  readonly pages: readonly Page[];
  readonly change: Change;
  readonly turn: (page: number, pointer: string) => void;
}) {
  const { draft, checked, form } = useFilling();
  const [t, language] = [useTexts(texts), useLanguage()];
  const [busy, setBusy] = useState(false);
  const [discarding, setDiscarding] = useState(false);
  const faults = checked.errors.length;

  const record = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await (isAgain(draft) ? finishAgain(draft) : finish(draft));
      go('#/tugas', true);
      if (navigator.onLine) void sync();
    } catch {
      setBusy(false); // for want of room: the page says so
    }
  };
  return (
    <>
      <section className={styles.card}>
        {faults === 0 && <Notice tone="good">{t.noFaults}</Notice>}
        <Faults title={t.errors(count(faults, language))} tone="bad" findings={checked.errors} {...props} />
        <Faults
          title={t.doubts(count(checked.doubts.length, language))}
          tone="risk"
          findings={checked.doubts}
          {...props}
        />
      </section>
      {form.identifies && <Size answers={draft.answers} />}
      <PointCard
        location={draft.location}
        change={(location) => props.change((it) => ({ ...it, location }))}
      />
      {!isAgain(draft) && <Photos draft={draft} />}
      <div className={styles.stack}>
        {faults > 0 && <p className={styles.quiet}>{t.recordAnywayWhy}</p>}
        <Button kind={faults > 0 ? 'bad' : 'main'} wide disabled={busy} onClick={record}>
          {faults > 0 ? t.recordAnyway : t.record}
        </Button>
        <Button wide onClick={() => setDiscarding(true)}>
          <IconTrash size={18} aria-hidden /> {t.discard}
        </Button>
      </div>
      {discarding && (
        <Dialog title={t.discard} close={() => setDiscarding(false)}>
          <p>{t.discardSure}</p>
          <Button
            kind="bad"
            wide
            onClick={async () => {
              await discard(draft);
              go('#/tugas', true);
            }}
          >
            {t.discard}
          </Button>
          <Button wide onClick={() => setDiscarding(false)}>
            {t.keepIt}
          </Button>
        </Dialog>
      )}
    </>
  );
}

function Faults(props: {
  readonly title: string;
  readonly tone: 'bad' | 'risk';
  readonly findings: readonly Finding[];
  readonly pages: readonly Page[];
  readonly turn: (page: number, pointer: string) => void;
}) {
  const language = useLanguage();
  const t = useTexts(texts);
  const { form } = useFilling();
  if (props.findings.length === 0) return null;
  const found = props.findings.map((finding) => {
    const place = leadsTo(form, finding);
    return { finding, place, page: place === null ? -1 : pageOf(props.pages, place) };
  });
  found.sort((one, other) => one.page - other.page); // as they are asked
  return (
    <div className={styles.stack}>
      <h2>{props.title}</h2>
      <ul className={styles.list}>
        {found.map(({ finding, place, page }) => {
          const { pointer, code } = finding;
          const name = labelOf(form.questions, pointer)?.[language] ?? t.wholeForm;
          const said = (
            <>
              <strong>{name}</strong>
              {page >= 0 && (
                <Pill tone={props.tone}>{t.page(String(page + 1), String(props.pages.length))}</Pill>
              )}
              <small>{findingText(code, language)}</small>
            </>
          );
          return (
            <li key={`${pointer} ${code}`}>
              {place === null || page < 0 ? (
                <div className={styles.item}>{said}</div>
              ) : (
                <button type="button" className={styles.item} onClick={() => props.turn(page, place)}>
                  {said}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

/** The words of the question that a finding is about. */
export function labelOf(questions: readonly Question[], pointer: string): { id: string; en: string } | null {
  const names = pointer
    .replace(/^\/answers\/?/, '')
    .split('/')
    .filter((each) => each !== '' && !/^\d+$/.test(each));
  let found: Question | null = null;
  let among = questions;
  for (const name of names) {
    const next = among.find((each) => each.path.at(-1) === name);
    if (next === undefined) break;
    [found, among] = [next, next.inner];
  }
  return found?.label ?? null;
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}

/** Sales of the newest year of the table, or those of a year; as far as the tablet can say it. */
export function sizeOf(answers: Answers): ReturnType<typeof sizeClass> {
  const rows = Array.isArray(answers.sales) ? (answers.sales as Record<string, unknown>[]) : [];
  const years = rows.map((row) => whole(row.year)).filter((year) => year !== null);
  const newest = rows.find((row) => row.year === Math.max(...years));
  const sales = whole(answers.annual_sales_idr ?? answers.business_volume_idr) ?? whole(newest?.idr);
  return sizeClass(sales, whole(at(answers, ['founding_capital_idr'])));
}

function Size({ answers }: { readonly answers: Answers }) {
  const t = useTexts(texts);
  const size = sizeOf(answers);
  if (size === null) return null;
  return (
    <section className={styles.card}>
      <h2>
        {t.size}: {t.sizes[size]}
      </h2>
      <p className={styles.quiet}>{t.sizeWhy}</p>
    </section>
  );
}

export function PointCard(props: {
  readonly location: Draft['location'];
  readonly change: (location: Draft['location']) => void;
}) {
  const [t, language] = [useTexts(texts), useLanguage()];
  const [left, setLeft] = useState<number | null>(null);
  const [how, setHow] = useState<Ending | null>(null);
  const stop = useRef<() => void>(() => {});
  const look = () => {
    setHow(null);
    setLeft(LONGEST_S);
    stop.current = findPoint(
      (found) => props.change(found),
      (ended) => {
        setLeft(null);
        setHow(ended);
      },
    );
  };
  useEffect(() => () => stop.current(), []);
  const isLooking = left !== null;
  useEffect(() => {
    if (!isLooking) return;
    const timer = setInterval(() => setLeft((it) => (it === null ? null : Math.max(0, it - 1))), 1000);
    return () => clearInterval(timer);
  }, [isLooking]);
  const { location } = props;
  return (
    <section className={styles.card}>
      <h2>{t.point}</h2>
      {location === null ? (
        <p>{t.pointNone}</p>
      ) : (
        <Notice tone={(location.accuracy_m ?? 0) > FAR_M ? 'risk' : 'good'}>
          {t.pointFound(rate(location.accuracy_m, language))}
          {(location.accuracy_m ?? 0) > FAR_M && <span>{t.pointFar}</span>}
        </Notice>
      )}
      {left !== null && <Notice>{t.pointSearching(count(left, language))}</Notice>}
      {how === 'refused' && <Notice tone="risk">{t.pointRefused}</Notice>}
      {how === 'timeout' && <Notice tone="risk">{t.pointTimeout}</Notice>}
      <Button kind="soft" disabled={isLooking} onClick={look}>
        <IconCurrentLocation size={20} aria-hidden /> {location === null ? t.pointTake : t.pointAgain}
      </Button>
    </section>
  );
}

function Photos({ draft }: { readonly draft: Draft }) {
  const [t, language] = [useTexts(texts), useLanguage()];
  const [fault, setFault] = useState(false);
  const photos = useStored(async () => {
    const all = await here().tablet.photos.all();
    return all.filter((each) => each.record_id === draft.record_id);
  }, draft.record_id);
  const add = async ({ currentTarget: input }: ChangeEvent<HTMLInputElement>, purpose: string) => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    setFault(false);
    try {
      await here().tablet.photos.add(draft.record_id, purpose, 'image/jpeg', await shrunk(file));
      changed();
    } catch (told) {
      setFault(!(told instanceof StorageFull));
    }
    input.value = '';
  };
  return (
    <section className={styles.card}>
      <h2>{t.photos}</h2>
      {fault && <Notice tone="bad">{t.photoFault}</Notice>}
      <ul className={own.photos}>
        {(photos ?? []).map((each) => (
          <Shown
            key={`${each.sha256}${each.purpose}`}
            photo={each}
            label={each.purpose === 'place' ? t.photoPlace : t.photoProduct}
            size={(bytes) => t.photoSize(count(Math.round(bytes / 1024), language))}
          />
        ))}
      </ul>
      <div className={styles.row}>
        {(['place', 'product'] as const).map((purpose) => (
          <label key={purpose} className={`${styles.button} ${own.fileLabel}`} data-kind="soft">
            <IconCamera size={20} aria-hidden /> {purpose === 'place' ? t.photoPlace : t.photoProduct}
            <input
              className={own.file}
              type="file"
              accept="image/*"
              capture="environment"
              onChange={(event) => add(event, purpose)}
            />
          </label>
        ))}
      </div>
    </section>
  );
}

function Shown({
  photo,
  label,
  size,
}: {
  readonly photo: Photo;
  readonly label: string;
  readonly size: (bytes: number) => string;
}) {
  const t = useTexts(texts);
  const [shown, set] = useState<{ url: string; bytes: number } | null>(null);
  const { sha256, record_id, purpose } = photo;
  useEffect(() => {
    let url = '';
    let current = true;
    void contentOf({ sha256, record_id, purpose }).then((content) => {
      if (!current || content === null) return;
      url = URL.createObjectURL(new Blob([content], { type: 'image/jpeg' }));
      set({ url, bytes: content.length });
    });
    return () => {
      current = false;
      URL.revokeObjectURL(url);
    };
  }, [sha256, record_id, purpose]);
  const drop = () =>
    orNoRoom(async () => {
      await here().tablet.photos.drop(photo);
      changed();
    });
  return (
    <li className={styles.stack}>
      {shown !== null && <img src={shown.url} alt={label} />}
      <span className={styles.quiet}>
        {label} · {size(shown?.bytes ?? 0)}
      </span>
      <Button onClick={drop} aria-label={`${t.removePhoto}: ${label}`}>
        <IconTrash size={18} aria-hidden />
      </Button>
    </li>
  );
}

async function contentOf(
  photo: Pick<Photo, 'sha256' | 'record_id' | 'purpose'>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { tablet, seal } = here();
  const key = `${photo.record_id}/${photo.sha256}/${photo.purpose}`;
  const sealed = await tablet.outbox.store.read((tables) => tables.get('photo_content', key));
  return sealed === undefined ? null : seal.open(sealed);
}
