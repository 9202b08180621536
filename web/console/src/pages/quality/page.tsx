import { useTexts } from '@kumkm/shared/texts/language.ts';
import { TabbedPage } from '../../parts/tabbed-page.tsx';
import { quality } from '../../texts/quality.ts';
import { Counts } from './counts.tsx';
import { Enumerators } from './enumerators.tsx';
import { Filters } from './filters.tsx';
import styles from './quality.module.css';
import { Records } from './records.tsx';
import { Reinterviews } from './reinterviews.tsx';
import { TABS } from './search.ts';
import { useQuality } from './use-quality.ts';

/** What is unusual about enumerators and records, and whom to look at first. */
export function QualityPage() {
  const t = useTexts(quality);
  const { search, change } = useQuality();
  const tab = search.tab ?? 'enumerators';
  return (
    <TabbedPage
      words={t}
      tabs={TABS}
      tab={tab}
      onTab={(next) =>
        change({ tab: next, state: undefined, flag: undefined, warning: undefined, again: undefined })
      }
      panel={styles.panel}
    >
      <Filters withFlags={tab === 'records'} />
      {tab === 'enumerators' && <Enumerators />}
      {tab === 'records' && <Records />}
      {tab === 'counts' && <Counts />}
      {tab === 'reinterviews' && <Reinterviews />}
    </TabbedPage>
  );
}
