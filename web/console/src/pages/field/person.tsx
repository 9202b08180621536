import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count, percent, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { FactList } from '../../parts/fact-list.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { StateBadge } from '../../parts/state.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { field } from '../../texts/field.ts';
import { useView } from '../../view.ts';
import { Areas } from './areas.tsx';
import styles from './field.module.css';
import { hoursOf } from './hours.ts';
import { HoursCard } from './hours-card.tsx';
import { stateOfRow } from './people.ts';
import { PersonCurve } from './person-curve.tsx';
import { activityQuery, type ForceAnswer, type ForceRow } from './queries.ts';

interface Told {
  readonly id: string | undefined;
  readonly code: string;
  readonly answer: ForceAnswer;
  readonly daysLeft: number;
  readonly onClose: () => void;
}

/** One enumerator beside the list: figures, curve, hours, tablets, areas. It has an address of its own. */
export function Person({ id, code, answer, daysLeft, onClose }: Told) {
  const t = useTexts(field);
  const narrow = useMediaQuery('(max-width: 767px)') ?? false;
  const row = answer.items.find((each) => each.enumerator.id === id);
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size={narrow ? '100%' : 640}
      title={row?.enumerator.name ?? t.missingTitle}
      closeButtonProps={{ 'aria-label': t.close, size: 'lg' }}
      classNames={{ title: styles.personName, content: styles.drawer, header: styles.drawer }}
    >
      {row === undefined ? (
        <p>{t.missing}</p>
      ) : (
        <Details row={row} code={code} answer={answer} daysLeft={daysLeft} />
      )}
    </Drawer>
  );
}

interface DetailsTold {
  readonly row: ForceRow;
  readonly code: string;
  readonly answer: ForceAnswer;
  readonly daysLeft: number;
}

function Details({ row, code, answer, daysLeft }: DetailsTold) {
  const t = useTexts(field);
  const language = useLanguage();
  const state = stateOfRow(row.state);
  const rule = answer.rule.find((each) => each.state === row.state)?.text;
  const entered = count(row.entered, language);
  const figures = [
    [t.entered, row.quota === null ? entered : t.of(entered, count(row.quota, language))],
    [t.percent, percent(row.percent, language)],
    [t.needed, rate(row.needed_per_day, language)],
    [t.actual, rate(row.last_7_days_per_day, language)],
    [t.activeDays, count(row.active_days, language)],
    [t.records7, count(row.submissions, language)],
    [t.returned, percent(row.returned_percent, language)],
    [t.verified, count(row.verified, language)],
  ] as const;
  return (
    <div className={styles.person}>
      <div>
        <p className={styles.personHead}>
          <StateBadge state={state} {...(state === 'open' ? { word: t.noQuota } : {})} />
          <span>{row.enumerator.username}</span>
          {row.coordinator !== null && (
            <span>
              {t.coordinator}: {row.coordinator.name}
            </span>
          )}
        </p>
        <p className={styles.personRule}>{rule ?? t.noQuotaRule}</p>
      </div>
      <FactList className={`${surfaces.figures} ${styles.figures}`} facts={figures} />
      <PersonCurve row={row} code={code} answer={answer} daysLeft={daysLeft} />
      <PersonHours row={row} code={code} file={`${row.enumerator.username} ${answer.as_of}`} />
      <section className={`${surfaces.card} ${styles.part}`}>
        <h2>{t.personTablets}</h2>
        {row.tablets.length === 0 ? (
          <p>{t.noTablets}</p>
        ) : (
          <ul className={styles.lines}>
            {row.tablets.map((tablet) => (
              <li key={tablet.id}>
                <strong>{tablet.name ?? t.personTablets}</strong>
                <span>
                  {t.version} {tablet.app_version ?? t.unknownVersion}
                </span>
                <span>
                  {t.unsentCount}: {count(tablet.unsent, language)}
                </span>
                <span>
                  {t.lastSeen}: {longMoment(tablet.last_seen_at, language)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <Areas enumerator={row.enumerator.id} campaign={answer.campaign} />
    </div>
  );
}

interface HoursTold {
  readonly row: ForceRow;
  readonly code: string;
  readonly file: string;
}

function PersonHours({ row, code, file }: HoursTold) {
  const t = useTexts(field);
  const view = useView();
  const activity = useQuery(activityQuery(code, view, { enumerator: row.enumerator.id }));
  if (activity.isError && activity.data === undefined) {
    return <Fault fault={activity.error} again={() => void activity.refetch()} />;
  }
  if (activity.data === undefined) return <Waiting rows={1} height={240} />;
  const hours = hoursOf(activity.data.items);
  if (hours === undefined) {
    return (
      <section className={`${surfaces.card} ${styles.part}`}>
        <h2>{t.personHours}</h2>
        <p>{t.noHours}</p>
      </section>
    );
  }
  return <HoursCard title={t.personHours} hours={hours} file={file} />;
}
