// Sending: how it goes, and what became of each record, in words.

import type { Row } from '@kumkm/protocol/outbox.ts';
import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconRefresh } from '@tabler/icons-react';
import { useRef } from 'react';
import { findingText } from '../forms/words.ts';
import { Frame } from '../parts/frame.tsx';
import { Button, Notice, Pill, styles, type Tone } from '../parts/parts.tsx';
import { useIsRevoked } from '../parts/revoked.tsx';
import { counts } from '../state/counts.ts';
import { here, kept } from '../state/device.ts';
import { allReinterviews, notNeeded, type Reinterview } from '../state/reinterviews.ts';
import { useStored } from '../state/stored.ts';
import { type LastSync, sync, syncing } from '../state/syncing.ts';
import { faultText } from '../texts/problems.ts';
import { reinterviews as texts } from '../texts/reinterviews.ts';
import { sending, work } from '../texts/work.ts';
import { SignInAgain } from './again.tsx';
import { ReinterviewItem } from './reinterviews.tsx';
import { nameOf } from './work.tsx';

/** States of records, and of re-interviews. */
const GROUPS = {
  fix: ['to_fix', 'returned'],
  wait: ['queued', 'sending', 'kept', 'acknowledged', 'sent'],
  sent: ['confirmed', 'safe'],
} as const;
export const STATE_TONES: Readonly<Record<string, Tone>> = {
  ...{ to_fix: 'bad', returned: 'bad', kept: 'risk', confirmed: 'good', acknowledged: 'info' },
};
const MOST = 200;

interface Line {
  row: Row;
  name: string;
}

export function OutboxPage() {
  const t = useTexts(sending);
  // A revision never changes: it is opened once while the page is open, so that its state is shown at once.
  const names = useRef(new Map<string, string>()).current;
  const lines = useStored(async () => {
    const rows = (await here().tablet.outbox.rows()).filter((row) => row.bytes > 0).reverse();
    return Promise.all(
      rows.slice(0, MOST).map(async (row): Promise<Line> => {
        const key = `${row.record_id}/${row.revision}`;
        const name = names.get(key) ?? (await nameOf(row));
        names.set(key, name);
        return { row, name };
      }),
    );
  });
  const again = useStored(async () => (await allReinterviews()).filter((each) => each.row !== null));
  return (
    <Frame title={t.sync} tab="outbox">
      <SyncCard />
      <ToldOfReinterviews all={again ?? []} />
      {lines?.length === 0 && again?.length === 0 && <Notice>{t.nothing}</Notice>}
      {(['fix', 'wait', 'sent'] as const).map((group) => (
        <Group
          key={group}
          title={t.groups[group]}
          lines={(lines ?? []).filter(({ row }) => (GROUPS[group] as readonly string[]).includes(row.state))}
          again={(again ?? []).filter(({ row }) =>
            (GROUPS[group] as readonly string[]).includes(row?.state ?? ''),
          )}
        />
      ))}
    </Frame>
  );
}

function SyncCard() {
  const [t, language] = [useTexts(sending), useLanguage()];
  const now = useStore(syncing);
  const last = useStored(() => kept<LastSync>('last_sync'));
  const waiting = useStore(counts);
  return (
    <section className={styles.card}>
      <Button kind="main" wide disabled={now.running} onClick={() => void sync()}>
        <IconRefresh aria-hidden /> {now.running ? t.running : t.sync}
      </Button>
      {now.running && (
        <div className={styles.stack} role="status">
          <p>
            {t.steps[now.step]}
            {now.of > 1 && ` · ${count(now.done, language)} / ${count(now.of, language)}`}
          </p>
          <progress
            className={styles.meter}
            aria-label={t.steps[now.step]}
            {...(now.of > 1 ? { value: now.done, max: now.of } : {})}
          />
        </div>
      )}
      {now.fault !== null && (
        <Notice tone={['offline', 'busy', 'sign_in'].includes(now.fault) ? 'risk' : 'bad'}>
          {faultText(now.told, language, 'session') ?? t.faults[now.fault]}
        </Notice>
      )}
      {now.fault === 'sign_in' && <SignInAgain done={() => void sync()} />}
      <p className={styles.quiet}>
        {[
          last === null ? t.never : t.last(longMoment(new Date(last.at).toISOString(), language)),
          ...(waiting === null ? [] : [t.waiting(count(waiting.unsent, language))]),
          ...((waiting?.photos ?? 0) > 0 ? [t.photosWaiting(count(waiting?.photos, language))] : []),
        ].join(' · ')}
      </p>
    </section>
  );
}

/** What somebody has to know of re-interviews that are not in the lists, or cannot be sent. */
function ToldOfReinterviews({ all }: { readonly all: readonly Reinterview[] }) {
  const [t, language] = [useTexts(texts), useLanguage()];
  const gone = useStored(() => notNeeded()) ?? 0;
  const isRevoked = useIsRevoked();
  return (
    <>
      {gone > 0 && <Notice>{t.notNeeded(count(gone, language))}</Notice>}
      {isRevoked && all.some((each) => each.row?.state === 'queued') && (
        <Notice tone="bad">{t.revoked}</Notice>
      )}
    </>
  );
}

function Group({
  title,
  lines,
  again,
}: {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly again: readonly Reinterview[];
}) {
  const [t, words, language] = [useTexts(sending), useTexts(work), useLanguage()];
  if (lines.length + again.length === 0) return null;
  return (
    <section className={styles.stack}>
      <h2>
        {title} · {count(lines.length + again.length, language)}
      </h2>
      <ul className={styles.list}>
        {again.map((each) => (
          <li key={each.id}>
            <ReinterviewItem one={each} named />
          </li>
        ))}
        {lines.map(({ row, name }) => (
          <li key={`${row.record_id}/${row.revision}`}>
            <a className={styles.item} href={`#/catatan/${row.record_id}`}>
              <strong>{name || words.unnamed}</strong>
              <Pill tone={STATE_TONES[row.state] ?? 'info'}>{t.states[row.state]}</Pill>
              <small>{saidOf(row, t.outcomes, language)}</small>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What became of a revision, in one line. */
export function saidOf(row: Row, outcomes: Readonly<Record<string, string>>, language: 'id' | 'en'): string {
  const { told, outcome } = row;
  if (row.state === 'returned' && typeof told?.reason === 'string') return told.reason;
  const [error] = told?.errors ?? [];
  if (row.state === 'to_fix' && error !== undefined)
    return error.pointer?.startsWith('/answers')
      ? (outcomes.invalid ?? '') // which answer is named where it is corrected
      : (error.detail ?? findingText(error.code, language));
  if (outcome === null) return '';
  const isVisit = row.questionnaire.startsWith('visit@');
  return outcomes[isVisit && outcome === 'accepted' ? 'visited' : outcome] ?? '';
}
