import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRegionCode } from '../../data/me.ts';
import { regionQuery } from '../../data/progress.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import { overview } from '../../texts/overview.ts';
import { shell } from '../../texts/shell.ts';
import { useView } from '../../view.ts';
import { Children } from './children.tsx';
import { Compare } from './compare.tsx';
import { KeyFigures } from './key-figures.tsx';
import styles from './overview.module.css';
import { Ranking } from './ranking.tsx';
import { Records } from './records.tsx';
import { Trend } from './trend.tsx';

/** How far the census is in one region, down to the village. */
export function OverviewPage() {
  const code = useRegionCode();
  return code === undefined ? null : <Overview key={code} code={code} />;
}

function Overview({ code }: { readonly code: string }) {
  const t = useTexts(overview);
  const s = useTexts(shell);
  const language = useLanguage();
  const view = useView();
  const region = useQuery(regionQuery(code, view));
  const answer = region.data;
  if (answer === undefined) {
    return (
      <Page title={t.title}>
        {region.isError ? (
          <Fault fault={region.error} again={() => void region.refetch()} />
        ) : (
          <Waiting rows={6} height={96} />
        )}
      </Page>
    );
  }
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
      {answer.item.submissions === 0 && <Empty title={t.emptyTitle} about={t.empty} />}
      <Trend answer={answer} />
      <div className={styles.pair}>
        <Records answer={answer} />
        <Ranking answer={answer} />
      </div>
      <Children answer={answer} />
    </Page>
  );
}
