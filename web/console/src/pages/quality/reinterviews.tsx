import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import { type Language, useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Empty } from '../../parts/empty.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { figuresIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { quality } from '../../texts/quality.ts';
import {
  type PersonAgreement,
  peopleQuery,
  type QuestionAgreement,
  questionsQuery,
  type Sums,
} from './again-queries.ts';
import { agreementOf, comparedEach } from './again-words.ts';
import styles from './quality.module.css';
import { Sample } from './sample.tsx';
import { useQuality } from './use-quality.ts';

/** What was asked again by others: how far it is, how far both interviews agree, and which records were drawn. */
export function Reinterviews() {
  const t = useTexts(quality);
  const { search, view } = useQuality();
  const people = useInfiniteQuery(peopleQuery(view, search, 'enumerator'));
  const second = useInfiniteQuery(peopleQuery(view, search, 'reinterviewer'));
  const questions = useQuery(questionsQuery(view, search));
  if (people.isError) return <Fault fault={people.error} again={() => void people.refetch()} />;
  if (people.data === undefined) return <Waiting rows={8} />;
  const sums = people.data.pages.at(-1)?.sums;
  if (sums?.drawn === 0 && search.again === undefined)
    return <Empty title={t.again.emptyTitle} about={t.again.empty} />;
  return (
    <>
      <p className={section.quiet}>{t.again.about}</p>
      {sums !== undefined && <Figures sums={sums} />}
      <Sample />
      <People
        title={t.again.people}
        about={t.again.peopleAbout}
        who={t.again.recordBy}
        people={people.data.pages.flatMap((page) => page.items)}
      />
      <LoadMore list={people} />
      {second.isError && <Fault fault={second.error} again={() => void second.refetch()} />}
      {second.data !== undefined && (
        <People
          title={t.again.second}
          about={t.again.secondAbout}
          who={t.again.assignee}
          people={second.data.pages.flatMap((page) => page.items)}
        />
      )}
      <LoadMore list={second} />
      {questions.isError && <Fault fault={questions.error} again={() => void questions.refetch()} />}
      {questions.data !== undefined && <Questions questions={questions.data} />}
    </>
  );
}

function Figures({ sums }: { readonly sums: Sums }) {
  const t = useTexts(quality);
  const language = useLanguage();
  const facts = [
    [t.again.drawn, count(sums.drawn, language)],
    [t.again.done, t.of(count(sums.done, language), count(sums.drawn, language))],
    [t.again.waiting, count(sums.waiting, language)],
    [t.again.overdue, count(sums.overdue, language)],
    [t.again.notFound, t.of(count(sums.not_found, language), count(sums.done, language))],
  ] as const;
  return <FactList className={`figures ${styles.figures} ${styles.sums}`} facts={facts} />;
}

type Row = PersonAgreement | QuestionAgreement;

/** How many answers agree, and how sure that is: of a person as of a question. */
function agreeing(t: (typeof quality)['id'], language: Language): readonly Column<Row>[] {
  return [
    {
      key: 'same',
      label: t.again.same,
      end: true,
      by: (row) => row.agreed,
      cell: (row) => t.of(count(row.agreed, language), count(row.compared, language)),
    },
    {
      key: 'agreement',
      label: t.again.agreement,
      end: true,
      by: (row) => row.share,
      cell: (row) => agreementOf(row, language),
    },
  ];
}

interface PeopleProps {
  readonly title: string;
  readonly about: string;
  /** The heading of their names. */
  readonly who: string;
  readonly people: readonly PersonAgreement[];
}

function People({ title, about, who, people }: PeopleProps) {
  const t = useTexts(quality);
  const language = useLanguage();
  const columns = useMemo((): readonly Column<PersonAgreement>[] => {
    const figure = figuresIn<PersonAgreement>(language);
    return [
      {
        key: 'person',
        label: who,
        card: 'heading',
        by: (row) => row.name,
        cell: (row) => (
          <Link to="/petugas" search={{ person: row.id }} className={surfaces.leads}>
            {row.name}
          </Link>
        ),
      },
      {
        key: 'done',
        label: t.again.done,
        end: true,
        by: (row) => row.done,
        cell: (row) => t.of(count(row.done, language), count(row.drawn, language)),
      },
      figure('overdue', t.again.overdue, (row) => row.overdue),
      figure('notFound', t.again.notFound, (row) => row.not_found),
      figure('each', t.again.each, comparedEach, rate),
      ...agreeing(t, language),
    ];
  }, [t, language, who]);
  return (
    <section>
      <h2 className={section.title}>{title}</h2>
      <p className={`${section.quiet} ${styles.under}`}>{about}</p>
      <DataTable caption={title} columns={columns} rows={people} rowKey={(row) => row.id} />
    </section>
  );
}

function Questions({ questions }: { readonly questions: readonly QuestionAgreement[] }) {
  const t = useTexts(quality);
  const language = useLanguage();
  const columns = useMemo((): readonly Column<QuestionAgreement>[] => {
    return [
      {
        key: 'question',
        label: t.again.question,
        card: 'heading',
        by: (row) => row.label,
        cell: (row) => (row.is_shown ? `${row.label} (${t.again.shown})` : row.label),
      },
      ...agreeing(t, language),
    ];
  }, [t, language]);
  return (
    <section>
      <h2 className={section.title}>{t.again.questions}</h2>
      <p className={`${section.quiet} ${styles.under}`}>{t.again.questionsAbout}</p>
      {questions.length === 0 ? (
        <p className={surfaces.none}>{t.again.none}</p>
      ) : (
        <DataTable
          caption={t.again.questions}
          columns={columns}
          rows={questions}
          rowKey={(row) => row.question}
        />
      )}
    </section>
  );
}
