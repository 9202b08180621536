import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { type RegionAnswer, regionQuery } from '../../data/progress.ts';
import { DoorsByResult } from '../../parts/doors-by-result.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Page } from '../../parts/page.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import { overview } from '../../texts/overview.ts';
import { shell } from '../../texts/shell.ts';
import { Children } from './children.tsx';
import { Compare } from './compare.tsx';
import { KeyFigures } from './key-figures.tsx';
import styles from './overview.module.css';
import { QuietVillages } from './quiet-villages.tsx';
import { Ranking } from './ranking.tsx';
import { Records } from './records.tsx';
import { Trend } from './trend.tsx';
import { WaitingCases } from './waiting-cases.tsx';

/** How far the census is in one region, down to the village. */
export function OverviewPage() {
  const t = useTexts(overview);
  return (
    <RegionPage title={t.title} ask={regionQuery} rows={6} height={96}>
      {(_, answer) => <Overview answer={answer} />}
    </RegionPage>
  );
}

function Overview({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const s = useTexts(shell);
  const language = useLanguage();
  const basis = answer.basis === 'captured' ? s.basisCaptured : s.basisReceived;
  return (
    <Page
      title={answer.item.region.name}
      about={t.about(longDay(answer.as_of, language), basis)}
      actions={
        <>
          <Compare asOf={answer.as_of} />
          <Button
            variant="default"
            leftSection={<IconPrinter size={18} aria-hidden />}
            className={styles.print}
            onClick={() => window.print()}
          >
            {t.print}
          </Button>
        </>
      }
    >
      <KeyFigures answer={answer} />
      <WaitingCases />
      <QuietVillages answer={answer} />
      {answer.item.submissions === 0 && <Empty title={t.emptyTitle} about={t.empty} />}
      <Trend answer={answer} />
      <div className={styles.pair}>
        <Records answer={answer} />
        <Ranking answer={answer} />
      </div>
      {answer.item.doors > answer.item.submissions && <DoorsByResult answer={answer} />}
      <Children answer={answer} />
    </Page>
  );
}
