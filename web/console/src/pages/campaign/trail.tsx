import words from '@kumkm/shared/api/words.json';
import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { type Language, useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { TypedFilter } from '../../parts/typed-filter.tsx';
import { campaignTexts } from '../../texts/campaign.ts';
import styles from './campaign.module.css';
import { actorsQuery, type Event, trailQuery } from './queries.ts';
import { campaignOf } from './search.ts';

const ACTIONS: Readonly<Record<string, { readonly id: string; readonly en: string }>> = words.actions;

/** What an act is called; one that this app does not know is shown as the API writes it. */
function actionText(action: string, language: Language): string {
  return ACTIONS[action]?.[language].replace(/\.$/, '') ?? action;
}

/** Who did and saw what. */
export function Trail() {
  const t = useTexts(campaignTexts);
  const language = useLanguage();
  const search = useSearch({ from: '/kegiatan' });
  const actors = useQuery({ ...actorsQuery, enabled: search.actor !== undefined });
  const actor = search.actor === undefined ? undefined : actors.data?.get(search.actor);
  const isReady = search.actor === undefined || actor !== undefined;
  const trail = useInfiniteQuery({ ...trailQuery(search, actor), enabled: isReady });
  const rows = isReady ? (trail.data?.pages.flatMap((page) => page.items) ?? []) : [];
  const isUnknown = search.actor !== undefined && actors.isSuccess && actor === undefined;
  const fault = actors.error ?? trail.error;
  const number = count(rows.length, language);
  return (
    <>
      <div>
        <h2 className={styles.heading}>{t.trailTitle}</h2>
        <p className={styles.quiet}>{t.trailAbout}</p>
      </div>
      <Filters actorFault={isUnknown ? t.actorUnknown : undefined} />
      {fault !== null && <Fault fault={fault} again={() => void trail.refetch()} />}
      {fault === null && !isUnknown && rows.length === 0 && !trail.isSuccess && <Waiting rows={8} />}
      {(isUnknown || (trail.isSuccess && isReady && rows.length === 0)) && (
        <Empty title={t.noEvents} about={t.noEventsAbout} />
      )}
      {rows.length > 0 && (
        <>
          <p className={styles.quiet} role="status">
            {trail.hasNextPage ? t.eventsMore(number) : t.events(number)}
          </p>
          <DataTable
            caption={t.trailTitle}
            columns={columnsOf(t, language)}
            rows={rows}
            rowKey={(row) => row.id}
          />
          {trail.hasNextPage && (
            <div className={styles.more}>
              <Button
                variant="default"
                loading={trail.isFetchingNextPage}
                onClick={() => void trail.fetchNextPage()}
              >
                {t.more}
              </Button>
            </div>
          )}
        </>
      )}
    </>
  );
}

function Filters({ actorFault }: { readonly actorFault: string | undefined }) {
  const t = useTexts(campaignTexts);
  const language = useLanguage();
  const navigate = useNavigate({ from: '/kegiatan' });
  const search = useSearch({ from: '/kegiatan' });
  const [fresh, setFresh] = useState(0);
  const { action, actor, subject, from, until } = search;
  const isUsed = [action, actor, subject, from, until].some((each) => each !== undefined);
  function narrow(next: Readonly<Record<string, string | undefined>>) {
    void navigate({
      search: ({ action: _a, actor: _ac, subject: _s, from: _f, until: _u, ...rest }) => ({
        ...rest,
        ...campaignOf({ ...search, ...next }),
      }),
      replace: true,
    });
  }
  return (
    <search className={styles.filters} aria-label={t.filters} key={fresh}>
      <ChoiceFilter
        label={t.action}
        all={t.allActions}
        of={Object.keys(ACTIONS)}
        names={Object.fromEntries(Object.keys(ACTIONS).map((each) => [each, actionText(each, language)]))}
        value={action}
        onChange={(next) => narrow({ action: next })}
      />
      <TypedFilter
        label={t.actor}
        hint={t.actorHint}
        value={actor}
        faultOf={() => actorFault}
        onChange={(next) => narrow({ actor: next })}
      />
      <TypedFilter
        label={t.subject}
        hint={t.subjectHint}
        value={subject}
        onChange={(next) => narrow({ subject: next })}
      />
      <TextInput
        type="date"
        label={t.from}
        value={from ?? ''}
        onChange={(event) => narrow({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t.until}
        value={until ?? ''}
        onChange={(event) => narrow({ until: event.currentTarget.value || undefined })}
      />
      {isUsed && (
        <Button
          variant="subtle"
          leftSection={<IconX size={16} aria-hidden />}
          onClick={() => {
            setFresh(fresh + 1);
            narrow({
              action: undefined,
              actor: undefined,
              subject: undefined,
              from: undefined,
              until: undefined,
            });
          }}
        >
          {t.clear}
        </Button>
      )}
    </search>
  );
}

function columnsOf(t: (typeof campaignTexts)['id'], language: Language): readonly Column<Event>[] {
  return [
    {
      key: 'action',
      label: t.action,
      card: 'heading',
      cell: (row) => <strong className={styles.act}>{actionText(row.action, language)}</strong>,
    },
    { key: 'actor', label: t.actor, cell: (row) => row.actor ?? t.server },
    {
      key: 'subject',
      label: t.subject,
      cell: (row) => (
        <span className={styles.subject}>
          {t.subjects[row.subject_type] ?? row.subject_type} <code>{row.subject_id}</code>
        </span>
      ),
    },
    {
      key: 'detail',
      label: t.detail,
      cell: (row) => (
        <span className={styles.detail} lang="en">
          {detailText(row.detail)}
        </span>
      ),
    },
    {
      key: 'when',
      label: t.when,
      end: true,
      cell: (row) => <time dateTime={row.occurred_at}>{longMoment(row.occurred_at, language)}</time>,
    },
  ];
}

/** Counts and codes in a line, by the API's names, which are English: `businesses 1200 · created true`. */
function detailText(detail: Event['detail']): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' · ');
}
