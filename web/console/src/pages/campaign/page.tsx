import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy } from 'react';
import { useMe } from '../../data/me.ts';
import { Waiting } from '../../parts/loading.tsx';
import { TabbedPage } from '../../parts/tabbed-page.tsx';
import { campaignTexts } from '../../texts/campaign.ts';
import styles from './campaign.module.css';
import { Campaigns } from './campaigns.tsx';
import { TABS, type Tab } from './search.ts';

const Targets = lazy(async () => ({ default: (await import('./targets.tsx')).Targets }));
const Columns = lazy(async () => ({ default: (await import('./columns.tsx')).Columns }));
const Trail = lazy(async () => ({ default: (await import('./trail.tsx')).Trail }));

/** The trail is for those who look after everything. */
const OFFICE: readonly Tab[] = ['campaigns', 'targets', 'columns'];
const TEAM_LEADER: readonly Tab[] = ['campaigns', 'columns'];

function tabsOf(role: string): readonly Tab[] {
  if (role === 'admin') return TABS;
  return role === 'officer' ? OFFICE : TEAM_LEADER;
}

/** The campaign: its days, what each region should reach, what columns mean, who did what. */
export function CampaignPage() {
  const t = useTexts(campaignTexts);
  const me = useMe();
  const navigate = useNavigate({ from: '/kegiatan' });
  const search = useSearch({ from: '/kegiatan' });
  if (me === undefined) return <Waiting />;
  const tabs = tabsOf(me.role);
  const tab = tabs.find((each) => each === search.tab) ?? 'campaigns';
  return (
    <TabbedPage
      words={t}
      tabs={tabs}
      tab={tab}
      onTab={(to) => {
        const { campaign, region, as_of, basis } = search;
        void navigate({
          search: {
            ...(campaign === undefined ? {} : { campaign }),
            ...(region === undefined ? {} : { region }),
            ...(as_of === undefined ? {} : { as_of }),
            ...(basis === undefined ? {} : { basis }),
            ...(to === undefined || to === 'campaigns' ? {} : { tab: to }),
          },
        });
      }}
      panel={styles.panel}
    >
      {tab === 'campaigns' && <Campaigns />}
      {tab === 'targets' && <Targets />}
      {tab === 'columns' && <Columns />}
      {tab === 'trail' && <Trail />}
    </TabbedPage>
  );
}
