import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { type RegionAnswer, regionQuery } from '../../data/progress.ts';
import { DoorsByResult } from '../../parts/doors-by-result.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Page } from '../../parts/page.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import { doors } from '../../texts/doors.ts';
import { ByRegion } from './by-region.tsx';
import { DoorList } from './list.tsx';

/** What was found at doors, and which are to be visited again. */
export function DoorsPage() {
  const t = useTexts(doors);
  return (
    <RegionPage title={t.title} ask={regionQuery} rows={6} height={96}>
      {(_, answer) => <Doors answer={answer} />}
    </RegionPage>
  );
}

function Doors({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(doors);
  const language = useLanguage();
  const about = t.about(answer.item.region.name, longDay(answer.as_of, language));
  return (
    <Page title={t.title} about={about}>
      {answer.item.doors === 0 ? (
        <Empty title={t.emptyTitle} about={t.empty} />
      ) : (
        <DoorsByResult answer={answer} />
      )}
      <DoorList name={answer.item.region.name} />
      <ByRegion answer={answer} />
    </Page>
  );
}
