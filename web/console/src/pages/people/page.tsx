import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy } from 'react';
import { useMe } from '../../data/me.ts';
import { Waiting } from '../../parts/loading.tsx';
import { TabbedPage } from '../../parts/tabbed-page.tsx';
import { people } from '../../texts/people.ts';
import styles from './people.module.css';
import { TABS, type Tab } from './route.ts';

const Accounts = lazy(async () => ({ default: (await import('./accounts.tsx')).Accounts }));
const Teams = lazy(async () => ({ default: (await import('./teams.tsx')).Teams }));
const Assignments = lazy(async () => ({ default: (await import('./assignments.tsx')).Assignments }));
const Tablets = lazy(async () => ({ default: (await import('./tablets.tsx')).Tablets }));
const Import = lazy(async () => ({ default: (await import('./import.tsx')).Import }));

/** What a coordinator may look at; the office has all. */
const TEAM_LEADER: readonly Tab[] = ['tablets', 'teams', 'assignments'];

/** Who works, where, with which tablet. */
export function PeoplePage() {
  const t = useTexts(people);
  const me = useMe();
  const navigate = useNavigate({ from: '/orang' });
  const search = useSearch({ from: '/orang' });
  if (me === undefined) return <Waiting />;
  const tabs = me.role === 'coordinator' ? TEAM_LEADER : TABS;
  const tab = tabs.find((each) => each === search.tab) ?? tabs[0] ?? 'tablets';
  return (
    <TabbedPage
      words={t}
      tabs={tabs}
      tab={tab}
      onTab={(to) => {
        void navigate({
          to: '/orang',
          search: ({ role: _role, state: _state, ...rest }) => ({
            ...rest,
            ...(to === undefined ? {} : { tab: to }),
          }),
        });
      }}
      panel={styles.panel}
    >
      {tab === 'accounts' && <Accounts />}
      {tab === 'teams' && <Teams />}
      {tab === 'assignments' && <Assignments />}
      {tab === 'tablets' && <Tablets />}
      {tab === 'import' && <Import />}
    </TabbedPage>
  );
}
