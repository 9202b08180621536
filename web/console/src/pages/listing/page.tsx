import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconListCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe } from '../../data/me.ts';
import { type RegionAnswer, regionQuery } from '../../data/progress.ts';
import { Empty } from '../../parts/empty.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Page } from '../../parts/page.tsx';
import { RegionPage } from '../../parts/region-page.tsx';
import styles from '../../parts/section.module.css';
import { mayEnter } from '../../shell/navigation.ts';
import { listing } from '../../texts/listing.ts';
import { Begin } from './begin.tsx';
import { ByRegion } from './by-region.tsx';
import { EntryList } from './list.tsx';

/** The doors that the round begins from, and what became of them. */
export function ListingPage() {
  const t = useTexts(listing);
  return (
    <RegionPage title={t.title} ask={regionQuery} rows={6} height={96}>
      {(_, answer) => <Listing answer={answer} />}
    </RegionPage>
  );
}

function Listing({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(listing);
  const language = useLanguage();
  const [beginning, setBeginning] = useState(false);
  const isOffice = mayEnter(useMe()?.role, 'campaign');
  const { item } = answer;
  const begin = isOffice && (
    <Button variant="default" onClick={() => setBeginning(true)}>
      {t.begin}
    </Button>
  );
  return (
    <Page
      title={t.title}
      about={t.about(item.region.name, longDay(answer.as_of, language))}
      actions={item.listed === null || item.listed === 0 ? undefined : begin || undefined}
    >
      {beginning && <Begin answer={answer} onClose={() => setBeginning(false)} />}
      {item.listed === null || item.listed === 0 ? (
        <Empty
          title={t.emptyTitle}
          about={isOffice ? t.emptyOffice : t.empty}
          icon={<IconListCheck size={32} stroke={1.5} aria-hidden />}
        >
          {begin}
          {isOffice && (
            <Button variant="subtle" renderRoot={(props) => <Link to="/orang" {...props} />}>
              {t.importFile}
            </Button>
          )}
        </Empty>
      ) : (
        <>
          <Figures answer={answer} listed={item.listed} />
          <ByRegion answer={answer} />
          <EntryList name={item.region.name} />
        </>
      )}
    </Page>
  );
}

function Figures({ answer, listed }: { readonly answer: RegionAnswer; readonly listed: number }) {
  const t = useTexts(listing);
  const language = useLanguage();
  const { listed_done, new_found, percent_of_listing } = answer.item;
  const facts = [
    [t.listed, count(listed, language)],
    [t.done, t.doneOf(count(listed_done, language), count(listed, language))],
    [t.percent, percent(percent_of_listing, language)],
    [t.gap, count(listed - listed_done, language)],
    [t.found, count(new_found, language)],
  ] as const;
  return (
    <section className={styles.section} aria-label={t.title}>
      <FactList className={`figures ${styles.figures}`} facts={facts} />
      <p className={styles.quiet}>{`${t.figuresNote} ${t.found}: ${t.foundNote}`}</p>
    </section>
  );
}
