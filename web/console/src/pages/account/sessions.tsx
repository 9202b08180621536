import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceTablet, IconServer2 } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Sure } from '../../parts/sure.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { account } from '../../texts/account.ts';
import { wordOf } from '../../texts/word-of.ts';
import styles from './account.module.css';
import { endAll, endSession, type OwnSession, sessionsQuery } from './queries.ts';

const ICONS = new Map([
  ['browser', IconDeviceDesktop],
  ['tablet', IconDeviceTablet],
]);

/** The sessions that were used last; the others are shown where asked for. */
const AT_FIRST = 8;

/** Where one is signed in; one of them ended, or all. */
export function Sessions() {
  const t = useTexts(account);
  const language = useLanguage();
  const client = useQueryClient();
  const list = useQuery(sessionsQuery);
  const [asked, setAsked] = useState<OwnSession | 'all'>();
  const [whole, setWhole] = useState(false);
  const shown = (list.data ?? []).filter((each, place) => whole || place < AT_FIRST || each.current);
  const close = () => setAsked(undefined);
  return (
    <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="sessions">
      <header className={styles.head}>
        <div>
          <h2 id="sessions">{t.sessions}</h2>
          <p className={styles.about}>{t.sessionsAbout}</p>
        </div>
        <Button variant="default" size="md" onClick={() => setAsked('all')}>
          {t.everywhere}
        </Button>
      </header>
      {list.isError && list.data === undefined && (
        <Fault fault={list.error} again={() => void list.refetch()} />
      )}
      {list.isPending && <Waiting rows={3} height={72} />}
      {list.data !== undefined && (
        <ul className={styles.list}>
          {shown.map((each) => (
            <Row key={each.id} session={each} end={() => setAsked(each)} />
          ))}
        </ul>
      )}
      {list.data !== undefined && shown.length < list.data.length && (
        <Button variant="subtle" size="md" fullWidth onClick={() => setWhole(true)}>
          {t.showAll(count(list.data.length, language))}
        </Button>
      )}
      {asked === 'all' && (
        <Sure
          title={t.everywhere}
          words={t.everywhereSure}
          doIt={t.everywhere}
          danger
          act={endAll}
          onClose={close}
        />
      )}
      {asked !== undefined && asked !== 'all' && (
        <Sure
          title={t.endSession}
          words={asked.kind === 'browser' ? t.endBrowser(nameOf(t, asked)) : t.endOther(nameOf(t, asked))}
          doIt={t.end}
          danger
          act={async () => {
            await endSession(asked.id);
            await client.invalidateQueries(sessionsQuery);
          }}
          onClose={close}
        />
      )}
    </section>
  );
}

function Row({ session, end }: { readonly session: OwnSession; readonly end: () => void }) {
  const t = useTexts(account);
  const language = useLanguage();
  const Icon = ICONS.get(session.kind) ?? IconServer2;
  const name = nameOf(t, session);
  const since = t.since(longMoment(session.started_at, language));
  return (
    <li className={styles.row}>
      <Icon size={22} stroke={1.75} aria-hidden className={styles.icon} />
      <div className={styles.what}>
        <strong>{name}</strong>
        <span>{session.way === null ? since : `${since}, ${t.by(wordOf(t.ways, session.way))}`}</span>
        <span>{t.lastUsed(longMoment(session.seen_at, language))}</span>
      </div>
      <div className={styles.acts}>
        {session.current ? (
          <span className={styles.here}>{t.here}</span>
        ) : (
          <Button variant="default" onClick={end} aria-label={t.endOf(name)}>
            {t.end}
          </Button>
        )}
      </div>
    </li>
  );
}

function nameOf(t: (typeof account)['id'], session: OwnSession): string {
  return session.name ?? wordOf(t.kinds, session.kind);
}
