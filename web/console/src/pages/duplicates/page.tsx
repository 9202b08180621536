import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { queuesQuery } from '../../data/queues.ts';
import { Page } from '../../parts/page.tsx';
import { duplicates } from '../../texts/duplicates.ts';
import { shell } from '../../texts/shell.ts';
import { viewOf } from '../../view.ts';
import { Cases } from './cases.tsx';
import { HeldItems } from './held.tsx';
import { TABS } from './search.ts';

/** What waits for a decision beside reviews, a tab for each queue. */
export function DuplicatesPage() {
  const t = useTexts(duplicates);
  const s = useTexts(shell);
  const language = useLanguage();
  const navigate = useNavigate();
  const { queue = 'cases' } = useSearch({ from: '/ganda' });
  const waiting = useQuery(queuesQuery).data;
  const counts = { cases: waiting?.duplicates, held: waiting?.held };
  return (
    <Page title={s.pages.duplicates} about={t.about}>
      <Tabs
        value={queue}
        keepMounted={false}
        onChange={(value) =>
          void navigate({
            to: '/ganda',
            search: (before) => ({
              ...viewOf(before),
              ...(value === 'held' ? { queue: 'held' as const } : {}),
            }),
          })
        }
      >
        <Tabs.List mb="lg">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each} h={48}>
              {counts[each] === undefined
                ? t.tabs[each]
                : t.tabWith(t.tabs[each], count(counts[each], language))}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="cases">
          <Cases />
        </Tabs.Panel>
        <Tabs.Panel value="held">
          <HeldItems />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
