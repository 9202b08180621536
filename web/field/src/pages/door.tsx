// One door: a new one, one of the list, or one that was visited before. An interview, or the result of a visit.

import type { Entry } from '@kumkm/protocol/listing.ts';
import type { Answers } from '@kumkm/shared/forms/form.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconMessages } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { NoRoom, orNoRoom } from '../parts/no-room.tsx';
import { Button, Facts, Notice, Pill, Said, Screen, styles } from '../parts/parts.tsx';
import { here, kept, reference } from '../state/device.ts';
import { againDoors } from '../state/doors.ts';
import { go } from '../state/route.ts';
import { useStored } from '../state/stored.ts';
import { begin, campaigns, formName, type Kind, places } from '../state/work.ts';
import { filling, results as names, work } from '../texts/work.ts';
import { placeNames, TONES } from './work.tsx';

/** What the server takes as a result; the order is that of how often it happens. */
const RESULTS = [
  'absent',
  'refused',
  'closed',
  'moved',
  'not_found',
  'not_eligible',
  'non_response',
] as const;

interface Target {
  campaign: string;
  region_code: string;
  listing_id: string | null;
  record_id: string | null;
  answers: Answers;
}

/** Begin the form of a kind for a door, and go there. Null: the app does not know the form. */
async function enter(kind: Kind, target: Target, result: string | null): Promise<boolean> {
  const questionnaire = await formName(kind);
  if (questionnaire === null) return false;
  const answers = result === null ? target.answers : { result };
  const draft = await begin({ ...target, questionnaire, answers });
  go(`#/isian/${draft.record_id}`);
  return true;
}

/** `target`: null where the village is missing, which `missing` says when something is pressed. */
function Entries(props: {
  readonly target: Target | null;
  readonly kinds: readonly Kind[];
  readonly missing?: () => void;
}) {
  const t = useTexts(work);
  const results = useTexts(names);
  const [newer, setNewer] = useState(false);

  const { target } = props;
  const start = async (kind: Kind, result: string | null) => {
    if (target === null) props.missing?.();
    else await orNoRoom(async () => setNewer(!(await enter(kind, target, result))));
  };
  return (
    <>
      <NoRoom />
      {newer && <Notice tone="risk">{t.newForm}</Notice>}
      <section className={styles.stack}>
        {props.kinds.length > 1 && <h2>{t.kind}</h2>}
        {props.kinds.map((kind) => (
          <Button key={kind} kind="main" wide onClick={() => start(kind, null)}>
            <IconMessages aria-hidden />
            {props.kinds.length > 1 ? t[kind as 'umkm' | 'koperasi'] : t.interview}
          </Button>
        ))}
      </section>
      <section className={styles.stack}>
        <h2>{t.noInterview}</h2>
        {RESULTS.map((result) => (
          <Button key={result} wide onClick={() => start('visit', result)}>
            {results[result]}
          </Button>
        ))}
      </section>
    </>
  );
}

export function NewDoor() {
  const t = useTexts(work);
  const found = useStored(async () => {
    const { current } = await campaigns();
    const told = await reference();
    const among = current === null || told === null ? [] : places(current, told.regions);
    return { campaign: current?.code ?? '', among, last: await kept<string>('place') };
  });
  const [chosen, choose] = useState('');
  const [isMissing, setMissing] = useState(false);
  const select = useRef<HTMLSelectElement>(null);
  const { choose: chooseOne } = useTexts(filling);
  const place = chosen || (found?.among.some((each) => each.code === found.last) ? (found.last ?? '') : '');
  const target: Target | null =
    found === null || place === ''
      ? null
      : { campaign: found.campaign, region_code: place, listing_id: null, record_id: null, answers: {} };
  return (
    <Screen title={t.newDoor} back="#/tugas">
      <div className={styles.field}>
        <label className={styles.label} htmlFor="place">
          {t.village}
        </label>
        <select
          ref={select}
          id="place"
          className={styles.input}
          aria-invalid={isMissing && place === ''}
          aria-describedby={isMissing && place === '' ? 'no-place' : undefined}
          value={place}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">{chooseOne}</option>
          {found?.among.map((each) => (
            <option key={each.code} value={each.code}>
              {each.name} · {each.code}
            </option>
          ))}
        </select>
        {isMissing && place === '' && (
          <Said tone="bad" id="no-place">
            {t.noPlace}
          </Said>
        )}
      </div>
      <Entries
        target={target}
        kinds={['umkm', 'koperasi']}
        missing={() => {
          setMissing(true);
          select.current?.focus();
        }}
      />
    </Screen>
  );
}

/** By the id of an entry of the list, or of a record that is to be visited again. */
export function DoorPage({ id }: { readonly id: string }) {
  const t = useTexts(work);
  const found = useStored(() => doorOf(id), id);
  const names = useStored(placeNames);
  useEffect(() => {
    if (found?.isGone) go('#/tugas', true);
  }, [found]);
  if (found === null || found.isGone)
    return (
      <Screen title={t.listing} back="#/tugas">
        {null}
      </Screen>
    );
  const { entry, target } = found;
  const kinds: Kind[] =
    entry?.kind === 'koperasi' ? ['koperasi'] : entry === null ? ['umkm', 'koperasi'] : ['umkm'];
  return (
    <Screen
      title={entry?.name || found.name || t.unnamed}
      under={names?.get(target.region_code) ?? target.region_code}
      back="#/tugas"
    >
      {entry !== null && <About entry={entry} />}
      <Entries target={target} kinds={kinds} />
    </Screen>
  );
}

type Found = { isGone: true } | { isGone: false; entry: Entry | null; name: string | null; target: Target };

async function doorOf(id: string): Promise<Found> {
  const { tablet } = here();
  for (const campaign of (await campaigns()).all) {
    const again = (await againDoors(campaign.code)).find((each) => each.record_id === id);
    const listing_id = again?.listing_id ?? (again === undefined ? id : null);
    const doors = listing_id === null ? [] : await tablet.listing.doors(campaign.code);
    const door = doors.find((each) => each.entry.listing_id === listing_id);
    const record_id = again?.record_id ?? door?.record_id ?? null;
    const region_code = again?.region_code ?? door?.entry.region_code;
    if (region_code === undefined) continue;
    const answers = door?.entry.answers ?? {};
    const target: Target = { campaign: campaign.code, region_code, listing_id, record_id, answers };
    return { isGone: false, entry: door?.entry ?? null, name: again?.name || null, target };
  }
  return { isGone: true };
}

function About({ entry }: { readonly entry: Entry }) {
  const t = useTexts(work);
  useLanguage();
  const titles = useStored(async () => {
    const told = await reference();
    const list =
      told?.kbli_version === entry.kbli_version
        ? told?.kbli
        : told?.other_kbli.find((each) => each.kbli_version === entry.kbli_version)?.kbli;
    return list?.find((each) => each.code === entry.kbli)?.title ?? null;
  }, entry.listing_id);
  const facts = [
    [t.owner, entry.owner],
    [t.address, entry.address],
    [t.activity, [entry.kbli, titles].filter(Boolean).join(' ')],
    ['NIK', entry.nik_masked],
  ].filter((each): each is [string, string] => typeof each[1] === 'string' && each[1] !== '');
  return (
    <section className={styles.card}>
      <div className={styles.row}>
        <h2 className={styles.grow}>{entry.name || t.unnamed}</h2>
        <Pill tone={TONES[entry.state] ?? 'info'}>{t.states[entry.state] ?? entry.state}</Pill>
      </div>
      <Facts of={facts} />
      {Object.keys(entry.answers ?? {}).length > 0 && <p className={styles.quiet}>{t.lastRoundWhy}</p>}
    </section>
  );
}
