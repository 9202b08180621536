import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef } from 'react';
import { doubtsOf } from '../../data/confirmation.ts';
import { Answers } from '../../parts/answers/answers.tsx';
import { findingOf } from '../../parts/answers/questions.ts';
import { Warnings } from '../../parts/answers/warnings.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting as Skeletons } from '../../parts/loading.tsx';
import { Particular } from '../../parts/particular.tsx';
import { Photos } from '../../parts/photos/photos.tsx';
import { pointOf } from '../../parts/place/distance.ts';
import { Place } from '../../parts/place/place.tsx';
import sides from '../../parts/sides.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { answersTexts } from '../../texts/answers.ts';
import { review } from '../../texts/review.ts';
import { Doubts } from './doubts.tsx';
import { History } from './history.tsx';
import {
  businessQuery,
  type RecordOut,
  type Revision,
  recordQuery,
  villageQuery,
  type Waiting,
} from './queries.ts';
import styles from './review.module.css';
import { Revisions } from './revisions.tsx';

interface Told {
  readonly recordId: string;
  /** As the queue has it, where it is in it. */
  readonly row: Waiting | undefined;
  readonly photo: number | undefined;
  readonly onPhoto: (place: number | undefined) => void;
  readonly bar: ReactNode;
}

/** One record as its reviewer has to see it: what is doubtful first. */
export function RecordCard({ recordId, row, photo, onPhoto, bar }: Told) {
  const record = useQuery(recordQuery(recordId));
  const revision = record.data?.revisions.at(-1);
  if (record.isError) return <Fault fault={record.error} again={() => void record.refetch()} />;
  return (
    <div className={surfaces.panel}>
      <Head recordId={recordId} row={row} record={record.data} revision={revision} />
      {record.data === undefined || revision === undefined ? (
        <div className={styles.part}>
          <Skeletons rows={5} />
        </div>
      ) : (
        <Body record={record.data} revision={revision} photo={photo} onPhoto={onPhoto} />
      )}
      {bar}
    </div>
  );
}

interface HeadTold {
  readonly recordId: string;
  readonly row: Waiting | undefined;
  readonly record: RecordOut | undefined;
  readonly revision: Revision | undefined;
}

export function nameOf(row: Waiting | undefined, revision: Revision | undefined): string {
  const name = row?.name ?? revision?.answers.legal_name;
  return typeof name === 'string' ? name : '–';
}

function Head({ recordId, row, record, revision }: HeadTold) {
  const t = useTexts(review);
  const language = useLanguage();
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another record begins at its top
  useEffect(() => {
    heading.current
      ?.closest('[data-record]')
      ?.scrollIntoView({ block: window.innerWidth < 768 ? 'start' : 'nearest' });
  }, [recordId]);
  const kind = row?.kind === 'koperasi' ? 'koperasi' : 'umkm';
  const isSize = (size: string): size is keyof typeof t.sizes => size in t.sizes;
  const size = row?.size_class ?? '';
  return (
    <div className={styles.head}>
      <h2 ref={heading} tabIndex={-1}>
        {nameOf(row, revision)}
      </h2>
      <ul className={`${sides.meta} ${styles.meta}`}>
        {row !== undefined && (
          <li>
            <strong>{t.kinds[kind]}</strong> · KBLI {row.kbli}
            {isSize(size) && ` · ${t.sizes[size]}`}
          </li>
        )}
        <Particular name={t.village}>
          {row === undefined ? record?.region_code : `${row.region_name} (${row.region_code})`}
        </Particular>
        <Particular name={t.by}>
          {row === undefined ? record?.enumerator : `${row.enumerator_name} (${row.enumerator})`}
        </Particular>
        {revision !== undefined && (
          <>
            <Particular name={t.captured}>{longMoment(revision.captured_at, language)}</Particular>
            <Particular name={t.received}>{longMoment(revision.received_at, language)}</Particular>
          </>
        )}
        {row?.minutes != null && (
          <Particular name={t.interview}>{t.minutes(rate(row.minutes, language))}</Particular>
        )}
        {revision !== undefined && revision.revision > 1 && (
          <li>
            <strong>{t.revision(revision.revision)}</strong>
          </li>
        )}
      </ul>
    </div>
  );
}

interface BodyTold {
  readonly record: RecordOut;
  readonly revision: Revision;
  readonly photo: number | undefined;
  readonly onPhoto: (place: number | undefined) => void;
}

function Body({ record, revision, photo, onPhoto }: BodyTold) {
  const t = useTexts(review);
  const a = useTexts(answersTexts);
  const language = useLanguage();
  const village = useQuery(villageQuery(revision.region_code));
  const business = useQuery({
    ...businessQuery(record.business_id ?? ''),
    enabled: record.business_id !== null,
  });
  const others = village.data
    ?.filter((each) => each.record_id !== record.record_id)
    .flatMap((each) => pointOf(each) ?? []);
  const marked = new Set(
    revision.warnings.flatMap((kept) => findingOf(kept, revision.questionnaire, language).pointer ?? []),
  );
  const earlier = record.revisions.slice(0, -1);
  // A state belongs to the number and the name in force; a record that is not in force may have others.
  const inForce =
    business.data?.record_id === record.record_id && business.data.revision === revision.revision
      ? business.data
      : undefined;
  return (
    <>
      {inForce !== undefined && doubtsOf(inForce.verification).length > 0 && (
        <div className={styles.part}>
          <Doubts business={inForce} />
        </div>
      )}
      {revision.warnings.length > 0 && (
        <div className={styles.part}>
          <Warnings warnings={revision.warnings} questionnaire={revision.questionnaire} />
        </div>
      )}
      {record.counted_as !== 'entered' && (
        <div className={styles.part}>
          <p>{t.notReviewable}</p>
        </div>
      )}
      <div className={styles.part}>
        <Answers questionnaire={revision.questionnaire} answers={revision.answers} marked={marked} />
        {!revision.answers_complete && <p className={styles.quiet}>{t.lostAnswers}</p>}
      </div>
      <div className={styles.two}>
        <div className={styles.part}>
          <h3>{a.location}</h3>
          <Place point={pointOf(revision)} accuracy={revision.accuracy_m} others={others} />
        </div>
        <div className={styles.part}>
          <h3>{a.photos}</h3>
          <Photos recordId={record.record_id} opened={photo} onOpen={onPhoto} />
        </div>
      </div>
      {earlier.length > 0 && (
        <div className={styles.part}>
          <h3>{t.revisions}</h3>
          <Revisions now={revision} earlier={earlier} />
        </div>
      )}
      {business.data !== undefined && business.data.history.length > 0 && (
        <div className={styles.part}>
          <h3>{t.history}</h3>
          <History events={business.data.history} />
        </div>
      )}
    </>
  );
}
