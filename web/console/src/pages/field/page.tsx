import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { regionQuery } from '../../data/progress.ts';
import { Empty } from '../../parts/empty.tsx';
import { Page } from '../../parts/page.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import { field } from '../../texts/field.ts';
import { shell } from '../../texts/shell.ts';
import { useView } from '../../view.ts';
import styles from './field.module.css';
import { Filters } from './filters.tsx';
import { PeopleTable } from './list.tsx';
import { chosen } from './people.ts';
import { Person } from './person.tsx';
import { type ForceAnswer, forceQuery } from './queries.ts';
import { Rhythm } from './rhythm.tsx';
import { type FieldSearch, TABS } from './search.ts';
import { States } from './states.tsx';
import { TabletFigures } from './tablets.tsx';

const route = getRouteApi('/petugas');

/** How the enumerators of a region or of a team stand, and who of them needs help today. */
export function FieldPage() {
  const t = useTexts(field);
  return (
    <RegionPage title={t.title} ask={forceQuery} rows={6} height={96}>
      {(code, answer) => <Force code={code} answer={answer} />}
    </RegionPage>
  );
}

function Force({ code, answer }: { readonly code: string; readonly answer: ForceAnswer }) {
  const t = useTexts(field);
  const s = useTexts(shell);
  const language = useLanguage();
  const view = useView();
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/petugas' });
  const [words, setWords] = useState('');
  const region = useQuery(regionQuery(code, view));
  const rows = useMemo(() => chosen(answer.items, search, words), [answer.items, search, words]);
  const apart = useMemo(() => chosen(answer.items, search, words, 'state'), [answer.items, search, words]);
  const name = region.data?.item.region.name ?? '';
  const tab = search.tab ?? 'list';

  /** What of the address changes; undefined takes it out. */
  function set(told: FieldSearch) {
    void navigate({
      search: (all) => ({ ...all, ...told }),
      replace: !('person' in told),
      resetScroll: false,
    });
  }

  const everybody = answer.items.length;
  const file = `${name} ${answer.as_of}`;
  const basis = answer.basis === 'captured' ? s.basisCaptured : s.basisReceived;
  return (
    <Page
      title={t.title}
      about={t.about(name, count(everybody, language), longDay(answer.as_of, language), basis)}
    >
      {everybody === 0 ? (
        <Empty title={t.emptyTitle} about={t.empty} />
      ) : (
        <>
          <States rows={apart} rule={answer.rule} state={search.state} onState={(state) => set({ state })} />
          <Filters
            all={answer.items}
            shown={rows.length}
            search={search}
            words={words}
            onWords={setWords}
            onChange={set}
          />
          <Tabs
            value={tab}
            onChange={(next) => set({ tab: TABS.find((each) => each === next) })}
            keepMounted={false}
          >
            <Tabs.List aria-label={t.views} className={styles.tabs}>
              {TABS.map((each) => (
                <Tabs.Tab key={each} value={each}>
                  {t.tabs[each]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="list">
              <PeopleTable
                rows={rows}
                sort={search.sort}
                person={search.person}
                onSort={(sort) => set({ sort })}
                file={file}
                asOf={answer.as_of}
              />
            </Tabs.Panel>
            <Tabs.Panel value="rhythm">
              <Rhythm
                region={code}
                team={search.team}
                people={rows}
                all={everybody}
                file={file}
                onOpen={(person) => set({ person })}
              />
            </Tabs.Panel>
            <Tabs.Panel value="tablets">
              <TabletFigures rows={rows} file={file} onChange={set} />
            </Tabs.Panel>
          </Tabs>
        </>
      )}
      <Person
        id={search.person}
        code={code}
        answer={answer}
        daysLeft={region.data?.item.pace.days_left ?? 0}
        onClose={() => set({ person: undefined })}
      />
    </Page>
  );
}
