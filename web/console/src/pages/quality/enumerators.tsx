import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Download } from '../../parts/download.tsx';
import { Empty } from '../../parts/empty.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { quality } from '../../texts/quality.ts';
import { type Asked, Deciding } from './deciding.tsx';
import { enumeratorColumns } from './files.ts';
import { Flags } from './flags.tsx';
import styles from './quality.module.css';
import { decideOnEnumerator, type Enumerator, enumeratorsOfFile, enumeratorsQuery } from './queries.ts';
import { keyOf, QuietTable } from './quiet-table.tsx';
import { enumeratorCode } from './search.ts';
import { useQuality } from './use-quality.ts';
import { figuresOf, partOf } from './words.ts';

const ASK_AGAIN_MS = 5_000;

/** Whom to look at first, and why; below them those without a flag. */
export function Enumerators() {
  const t = useTexts(quality);
  const language = useLanguage();
  const { search, view } = useQuality();
  const [asked, setAsked] = useState<Asked>();
  const isNarrowed = search.enumerator !== undefined;
  const list = useInfiniteQuery({
    ...enumeratorsQuery(view, search),
    // Of a server that has only begun nobody is judged yet.
    refetchInterval: (query) =>
      !isNarrowed && query.state.data?.pages[0]?.items.length === 0 ? ASK_AGAIN_MS : false,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const flagged = items.filter((each) => each.flags.length > 0);
  const quiet = items.filter((each) => each.flags.length === 0);
  return (
    <>
      <Deciding
        asked={asked}
        flagsOf={(of) => items.find((each) => keyOf(each) === of)?.flags}
        about={t.dismissPersonAbout}
        onClose={() => setAsked(undefined)}
      />
      {list.isPending && <Waiting rows={5} height={120} />}
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <Empty title={isNarrowed ? t.noneTitle : t.emptyTitle} about={isNarrowed ? t.none : t.empty} />
      )}
      {items.length > 0 && (
        <>
          <div className={`${section.head} ${styles.head}`}>
            <div>
              <h2 className={section.title}>{t.first}</h2>
              <p className={section.quiet}>
                {t.order(count(items.length, language))} {t.deviationNote}
              </p>
            </div>
            <Download
              columns={enumeratorColumns(t)}
              ask={() => enumeratorsOfFile(view, search)}
              name={`${t.title} ${t.tabs.enumerators} ${view.region ?? ''}`}
            />
          </div>
          <ol className={styles.list}>
            {flagged.map((each) => (
              <li key={keyOf(each)}>
                <Card person={each} onDecide={setAsked} />
              </li>
            ))}
          </ol>
          {quiet.length > 0 && <QuietTable people={quiet} />}
          <LoadMore list={list} />
        </>
      )}
    </>
  );
}

interface CardTold {
  readonly person: Enumerator;
  readonly onDecide: (asked: Asked) => void;
}

function Card({ person, onDecide }: CardTold) {
  const t = useTexts(quality);
  const language = useLanguage();
  const { enumerator_id, enumerator, campaign, region_code, records, flagged_records } = person;
  const figures = [
    [t.flaggedRecords, t.of(count(flagged_records, language), count(records, language))],
    [t.share, partOf(flagged_records, records, language)],
    [t.score, rate(person.score, language)],
  ] as const;
  return (
    <article className={`${surfaces.card} ${styles.card}`} aria-label={person.enumerator_name}>
      <header className={styles.cardHead}>
        <div>
          <h3 className={styles.name}>
            <Link to="/petugas" search={{ person: enumerator_id }} className={surfaces.leads}>
              {person.enumerator_name}
            </Link>
          </h3>
          <p className={styles.meta}>
            <span>{enumerator}</span>
            <span>{t.area(region_code)}</span>
            <Link to="/mutu" search={{ tab: 'records', enumerator }} className={`${styles.way} no-print`}>
              {t.openRecords}
            </Link>
          </p>
        </div>
        <FactList className={`figures ${styles.figures}`} facts={figures} />
      </header>
      <Flags
        flags={person.flags}
        numbers={({ numbers }) => (
          <>
            <p className={`${section.quiet} ${styles.numbers}`}>
              {numbers.compared_with !== undefined &&
                t.comparedPeople(count(numbers.compared_with, language))}
            </p>
            <FactList className={`figures ${styles.figures}`} facts={figuresOf(numbers, language)} />
          </>
        )}
        isKnown={({ code }) => enumeratorCode(code) !== undefined}
        onDecide={(flag) => {
          const code = enumeratorCode(flag.code);
          if (code === undefined) return;
          onDecide({
            flag,
            of: keyOf(person),
            send: (undo, reason) =>
              decideOnEnumerator(enumerator_id, undo, { code, region_code, campaign, reason }),
          });
        }}
      />
    </article>
  );
}
