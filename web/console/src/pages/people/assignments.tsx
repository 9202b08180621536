import { api, got } from '@kumkm/shared/api/client.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconMapPinPlus, IconSwitchHorizontal } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { SearchField } from '../../parts/search-field.tsx';
import { timesIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { people } from '../../texts/people.ts';
import { useView } from '../../view.ts';
import { EnterDialog } from './enter.tsx';
import { Listing } from './listing.tsx';
import { matching } from './matching.ts';
import styles from './people.module.css';
import { type Assignment, assignmentsQuery, usePages } from './queries.ts';

type Doing = 'assign' | 'handover' | Assignment;

/** Who works where, from when to when. */
export function Assignments() {
  const t = useTexts(people);
  const language = useLanguage();
  const me = useMe();
  const { campaign } = useView();
  const list = usePages(assignmentsQuery(campaign));
  const [words, setWords] = useState('');
  const asked = useDeferredValue(words);
  const shown = useMemo(() => {
    const fits = matching(asked);
    return list.rows.filter(
      (row) => fits(row.enumerator) || row.region_code.startsWith(asked.trim() || '\0'),
    );
  }, [list.rows, asked]);
  const [doing, setDoing] = useState<Doing | undefined>(undefined);
  const office = me?.role === 'officer' || me?.role === 'admin';
  const known = campaign ?? list.rows[0]?.campaign ?? '';
  const columns = useMemo(
    (): readonly Column<Assignment>[] => [
      {
        key: 'enumerator',
        label: t.enumerator,
        card: 'heading',
        by: (row) => row.enumerator.name,
        cell: (row) => (
          <span>
            {row.enumerator.name} <span className={styles.quiet}>{row.enumerator.username}</span>
          </span>
        ),
      },
      { key: 'region', label: t.region, by: (row) => row.region_code },
      timesIn<Assignment>(language)('from', t.from, (row) => row.starts_on, longDay),
      {
        key: 'until',
        label: t.until,
        by: (row) => row.ends_on,
        cell: (row) => (row.ends_on === null ? t.toTheEnd : longDay(row.ends_on, language)),
      },
      ...(office
        ? [
            {
              key: 'act',
              label: t.action,
              end: true,
              cell: (row: Assignment) => (
                <Button variant="subtle" size="compact-md" onClick={() => setDoing(row)}>
                  {t.end}
                </Button>
              ),
            },
          ]
        : []),
    ],
    [t, language, office],
  );
  const close = () => setDoing(undefined);
  return (
    <>
      <div className={styles.bar}>
        <SearchField label={t.search} words={words} onWords={setWords} />
        {office && (
          <>
            <Button
              variant="default"
              leftSection={<IconSwitchHorizontal aria-hidden size={18} />}
              onClick={() => setDoing('handover')}
            >
              {t.handover}
            </Button>
            <Button leftSection={<IconMapPinPlus aria-hidden size={18} />} onClick={() => setDoing('assign')}>
              {t.assign}
            </Button>
          </>
        )}
      </div>
      <Listing list={list} isEmpty={shown.length === 0} none={t.noAssignments}>
        <DataTable
          caption={t.tabs.assignments}
          columns={columns}
          rows={shown}
          rowKey={(row) => `${row.campaign} ${row.enumerator.id} ${row.region_code} ${row.starts_on}`}
        />
      </Listing>
      {doing === 'assign' && (
        <EnterDialog
          title={t.assign}
          doIt={t.assign}
          fields={[
            { key: 'campaign', label: t.campaign, initial: known },
            { key: 'enumerator', label: t.enumeratorUsername },
            { key: 'region', label: t.region },
            { key: 'from', label: t.from, type: 'date' },
            { key: 'until', label: t.until, type: 'date', optional: true, hint: t.endsHint },
          ]}
          enter={(value) =>
            got(
              api.PUT('/v1/assignments', {
                body: {
                  campaign: value('campaign'),
                  enumerator: value('enumerator'),
                  region_code: value('region'),
                  starts_on: value('from'),
                  ends_on: value('until') === '' ? null : value('until'),
                },
              }),
            )
          }
          onClose={close}
        />
      )}
      {doing === 'handover' && (
        <EnterDialog
          title={t.handover}
          about={t.handoverAbout}
          doIt={t.handover}
          fields={[
            { key: 'campaign', label: t.campaign, initial: known },
            { key: 'predecessor', label: t.predecessor },
            { key: 'successor', label: t.successor },
            { key: 'from', label: t.from, type: 'date' },
          ]}
          enter={(value) =>
            got(
              api.POST('/v1/assignments/handover', {
                body: {
                  campaign: value('campaign'),
                  predecessor: value('predecessor'),
                  successor: value('successor'),
                  starts_on: value('from'),
                },
              }),
            )
          }
          onClose={close}
        />
      )}
      {typeof doing === 'object' && (
        <EnterDialog
          title={`${t.end} · ${doing.enumerator.name} · ${doing.region_code}`}
          doIt={t.save}
          fields={[{ key: 'until', label: t.endsOn, type: 'date' }]}
          enter={(value) =>
            got(
              api.PUT('/v1/assignments', {
                body: {
                  campaign: doing.campaign,
                  enumerator: doing.enumerator.username,
                  region_code: doing.region_code,
                  starts_on: doing.starts_on,
                  ends_on: value('until'),
                },
              }),
            )
          }
          onClose={close}
        />
      )}
    </>
  );
}
