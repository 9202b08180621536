// What there is to do: what was returned first, then what is not finished, then the doors.

import { type Door, isDone } from '@kumkm/protocol/listing.ts';
import type { Row } from '@kumkm/protocol/outbox.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconPlus } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import own from '../forms/form.module.css';
import { Frame } from '../parts/frame.tsx';
import { Button, Choice, Field, Notice, Pill, styles, type Tone } from '../parts/parts.tsx';
import { useIsRevoked } from '../parts/revoked.tsx';
import { here, reference } from '../state/device.ts';
import { type Again, againDoors } from '../state/doors.ts';
import { go } from '../state/route.ts';
import { useStored } from '../state/stored.ts';
import { campaigns, choose, openDrafts } from '../state/work.ts';
import { sending, work } from '../texts/work.ts';
import { saidOf } from './outbox.tsx';
import { Reinterviews } from './reinterviews.tsx';

const STEP = 60;

export function WorkPage() {
  const [t, language] = [useTexts(work), useLanguage()];
  const found = useStored(campaigns);
  const current = found?.current ?? null;
  const isRevoked = useIsRevoked();
  return (
    <Frame title={current?.name ?? t.campaign} tab="work">
      {found !== null && current === null && !isRevoked && <Notice tone="risk">{t.noWork}</Notice>}
      {(found?.all.length ?? 0) > 1 && (
        <Choice label={t.campaign} value={current?.code} change={(code) => void choose(code)}>
          {found?.all.map((each) => (
            <option key={each.code} value={each.code}>
              {each.name} ({t.since(longDay(each.starts_on, language))})
            </option>
          ))}
        </Choice>
      )}
      <Returned />
      <Unfinished />
      <Reinterviews />
      {current !== null && (
        <>
          <Button kind="main" wide onClick={() => go('#/baru')}>
            <IconPlus aria-hidden /> {t.newDoor}
          </Button>
          <VisitAgain campaign={current.code} />
          <Listed campaign={current.code} />
        </>
      )}
    </Frame>
  );
}

/** Returned records, and those with errors, the first thing that is seen. */
function Returned() {
  const [t, { states, outcomes }, language] = [useTexts(work), useTexts(sending), useLanguage()];
  const rows = useStored(async () => {
    const { outbox } = here().tablet;
    const found = await outbox.rows('returned', 'to_fix');
    return Promise.all(found.map(async (row): Promise<[Row, string]> => [row, await nameOf(row)]));
  });
  if (rows === null || rows.length === 0) return null;
  return (
    <section className={styles.stack}>
      <h2>{t.returned}</h2>
      <ul className={styles.list}>
        {rows.map(([row, name]) => (
          <li key={`${row.record_id}/${row.revision}`}>
            <a className={styles.item} href={`#/catatan/${row.record_id}`}>
              <strong>{name || t.unnamed}</strong>
              <Pill tone="bad">{states[row.state]}</Pill>
              {saidOf(row, outcomes, language) !== '' && <small>{saidOf(row, outcomes, language)}</small>}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a record is called by people; empty where it says nothing, or is not here any more. */
export async function nameOf(row: Row): Promise<string> {
  const item = await here().tablet.outbox.item(row);
  const { legal_name } = item?.answers ?? {};
  return typeof legal_name === 'string' ? legal_name : '';
}

function Unfinished() {
  const t = useTexts(work);
  const drafts = useStored(openDrafts);
  const places = useStored(placeNames);
  if (drafts === null || drafts.length === 0) return null;
  return (
    <section className={styles.stack}>
      <h2>{t.unfinished}</h2>
      <ul className={styles.list}>
        {drafts.map((draft) => (
          <li key={draft.record_id}>
            <a className={styles.item} href={`#/isian/${draft.record_id}`}>
              <strong>{String(draft.answers.legal_name ?? '') || t.unnamed}</strong>
              <Pill tone="risk">{t.goOn}</Pill>
              <small>{places?.get(draft.region_code) ?? draft.region_code}</small>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export async function placeNames(): Promise<Map<string, string>> {
  return new Map((await reference())?.regions.map((each) => [each.code, each.name]));
}

function VisitAgain({ campaign }: { readonly campaign: string }) {
  const [t, language] = [useTexts(work), useLanguage()];
  const doors = useStored(() => againDoors(campaign), campaign);
  const places = useStored(placeNames);
  if (doors === null || doors.length === 0) return null;
  const under = (door: Again) =>
    [
      places?.get(door.region_code) ?? door.region_code,
      t.visits(count(door.visits, language)),
      door.next_visit_on === null ? '' : t.nextOn(longDay(door.next_visit_on, language)),
    ]
      .filter(Boolean)
      .join(' · ');
  return (
    <section className={styles.stack}>
      <h2>{t.again}</h2>
      <ul className={styles.list}>
        {doors.map((door) => (
          <li key={door.record_id}>
            <a className={styles.item} href={`#/pintu/${door.record_id}`}>
              <strong>{door.name || t.unnamed}</strong>
              <Pill tone="risk">{t.states.open_visits}</Pill>
              <small>{under(door)}</small>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

export const TONES: Readonly<Record<string, Tone>> = { open: 'info', open_visits: 'risk', entered: 'good' };

function Listed({ campaign }: { readonly campaign: string }) {
  const [t, language] = [useTexts(work), useLanguage()];
  const doors = useStored(() => here().tablet.listing.doors(campaign), campaign);
  const places = useStored(placeNames);
  const [words, search] = useState('');
  const [onlyOpen, setOnlyOpen] = useState(true);
  const [village, setVillage] = useState('');
  const [most, setMost] = useState(STEP);
  const asked = useDeferredValue(words);
  const villages = useMemo(() => [...new Set((doors ?? []).map(({ entry }) => entry.region_code))], [doors]);
  const found = useMemo(
    () => (doors ?? []).filter((door) => fits(door, asked, onlyOpen, village)),
    [doors, asked, onlyOpen, village],
  );
  if (doors === null) return null;
  if (doors.length === 0) return <Notice>{t.noListing}</Notice>;
  return (
    <section className={styles.stack}>
      <h2>{t.listing}</h2>
      <Field label={t.search} type="search" value={words} change={search} />
      {villages.length > 1 && (
        <Choice label={t.village} value={village} change={setVillage}>
          <option value="">{t.allVillages}</option>
          {villages.map((code) => (
            <option key={code} value={code}>
              {places?.get(code) ?? code}
            </option>
          ))}
        </Choice>
      )}
      <label className={own.choice}>
        <input type="checkbox" checked={onlyOpen} onChange={() => setOnlyOpen(!onlyOpen)} />
        <span>{t.onlyOpen}</span>
      </label>
      <p className={styles.quiet} role="status">
        {t.found(count(found.length, language), count(doors.length, language))}
      </p>
      <ul className={styles.list}>
        {found.slice(0, most).map((door) => (
          <li key={door.entry.listing_id}>
            <a className={styles.item} href={`#/pintu/${door.entry.listing_id}`}>
              <strong>{door.entry.name || t.unnamed}</strong>
              <Pill tone={door.record_id === null ? (TONES[door.entry.state] ?? 'info') : 'good'}>
                {door.record_id === null ? (t.states[door.entry.state] ?? door.entry.state) : t.recordedHere}
              </Pill>
              <small>
                {[door.entry.owner, door.entry.address, places?.get(door.entry.region_code)]
                  .filter(Boolean)
                  .join(' · ')}
              </small>
            </a>
          </li>
        ))}
      </ul>
      {found.length > most && (
        <Button wide onClick={() => setMost(most + STEP)}>
          {t.more(count(Math.min(STEP, found.length - most), language))}
        </Button>
      )}
    </section>
  );
}

export function fits({ entry, record_id }: Door, words: string, onlyOpen: boolean, village: string): boolean {
  if (onlyOpen && (isDone(entry) || record_id !== null)) return false;
  if (village !== '' && entry.region_code !== village) return false;
  const said = `${entry.name} ${entry.owner ?? ''} ${entry.address ?? ''}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
