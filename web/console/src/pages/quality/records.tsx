import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Warnings } from '../../parts/answers/warnings.tsx';
import { Download } from '../../parts/download.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { quality } from '../../texts/quality.ts';
import { type Asked, Deciding } from './deciding.tsx';
import { recordColumns } from './files.ts';
import { Flags } from './flags.tsx';
import styles from './quality.module.css';
import { decideOnRecord, type Listed, recordsOfFile, recordsQuery } from './queries.ts';
import { recordCode } from './search.ts';
import { useQuality } from './use-quality.ts';
import { restOf } from './words.ts';

/** Records with flags, or with a warning. */
export function Records() {
  const t = useTexts(quality);
  const language = useLanguage();
  const { search, view } = useQuality();
  const [asked, setAsked] = useState<Asked>();
  const list = useInfiniteQuery(recordsQuery(view, search));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const { enumerator, flag, warning, state } = search;
  const isNarrowed = [enumerator, flag, warning, state].some((each) => each !== undefined);
  return (
    <>
      <Deciding
        asked={asked}
        flagsOf={(of) => items.find((each) => each.record_id === of)?.flags}
        about={t.dismissRecordAbout}
        onClose={() => setAsked(undefined)}
      />
      {list.isPending && <Waiting rows={6} height={96} />}
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <Empty
          title={isNarrowed ? t.noneTitle : t.recordsEmptyTitle}
          about={isNarrowed ? t.none : t.recordsEmpty}
        />
      )}
      {items.length > 0 && (
        <>
          <div className={`${section.head} ${styles.head}`}>
            <p className={section.quiet}>{t.shownRecords(count(items.length, language))}</p>
            <Download
              columns={recordColumns(t)}
              ask={() => recordsOfFile(view, search)}
              name={`${t.title} ${t.tabs.records} ${view.region ?? ''}`}
            />
          </div>
          <ul className={styles.list}>
            {items.map((each) => (
              <li key={each.record_id}>
                <Card record={each} onDecide={setAsked} />
              </li>
            ))}
          </ul>
          <LoadMore list={list} />
        </>
      )}
    </>
  );
}

interface CardTold {
  readonly record: Listed;
  readonly onDecide: (asked: Asked) => void;
}

function Card({ record, onDecide }: CardTold) {
  const t = useTexts(quality);
  const language = useLanguage();
  const { record_id, revision, region_name, enumerator, flags, warnings } = record;
  const when = longMoment(record.captured_at, language);
  return (
    <article className={`${surfaces.card} ${styles.card}`}>
      <header className={styles.cardHead}>
        <div>
          <h2 className={styles.name}>{region_name}</h2>
          <p className={styles.meta}>
            <time dateTime={record.captured_at}>{when}</time>
            <Link to="/mutu" search={{ enumerator }} className={styles.way}>
              {t.by(record.enumerator_name, enumerator)}
            </Link>
          </p>
        </div>
        <Link
          to="/pemeriksaan"
          search={{ record: record_id }}
          className={`${styles.way} no-print`}
          aria-label={t.openRecordOf(region_name, when)}
        >
          {t.openRecord}
        </Link>
      </header>
      <Flags
        flags={flags}
        numbers={({ code, numbers }) => (
          <p className={`${section.quiet} ${styles.numbers}`}>
            {restOf(code, numbers, language).join(' · ')}
          </p>
        )}
        isKnown={({ code }) => recordCode(code) !== undefined}
        onDecide={(flag) => {
          const code = recordCode(flag.code);
          if (code === undefined) return;
          onDecide({
            flag,
            of: record_id,
            send: (undo, reason) => decideOnRecord(record_id, undo, { code, revision, reason }),
          });
        }}
      />
      {warnings.length > 0 && (
        <div className={styles.doubts}>
          {/* Codes alone: no question of a form is named with them. */}
          <Warnings warnings={warnings} questionnaire="" />
        </div>
      )}
    </article>
  );
}
