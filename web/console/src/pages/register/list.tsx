import { dayOf } from '@kumkm/shared/formats/dates.ts';
import { count, NONE } from '@kumkm/shared/formats/numbers.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { mostDoubtful } from '../../data/confirmation.ts';
import { ConfirmationBadge } from '../../parts/confirmation.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { confirmation } from '../../texts/confirmation.ts';
import { register } from '../../texts/register.ts';
import { useView } from '../../view.ts';
import { Filters } from './filters.tsx';
import { asked, type Listed, listQuery } from './queries.ts';
import styles from './register.module.css';
import { ReviewBadge } from './review-badge.tsx';
import { words } from './words.ts';

const TYPING_MS = 300;

/** Businesses by words and filters, more of them as one scrolls. */
export function List({ onNumber }: { readonly onNumber: () => void }) {
  const t = useTexts(register);
  const language = useLanguage();
  const view = useView();
  const search = useSearch({ from: '/register' });
  const [typed] = useDebouncedValue(useStore(words), TYPING_MS);
  const filters = asked(view, search, typed);
  const list = useInfiniteQuery({ ...listQuery(filters), placeholderData: (before) => before });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { label } = useTexts(confirmation);
  const columns = useMemo(() => columnsOf(t, label, language), [t, label, language]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isPlaceholderData } = list;
  const number = count(rows.length, language);
  return (
    <>
      <Filters onNumber={onNumber} />
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isPending && <Waiting rows={8} />}
      {list.isSuccess && (
        <>
          <p className={styles.count} role="status">
            {rows.length > 0 && (hasNextPage ? t.shownMore(number) : t.shown(number))}
            {rows.length > 0 && filters.q !== undefined && !isPlaceholderData && ` · ${t.nearest}`}
          </p>
          {rows.length === 0 ? (
            <Nothing />
          ) : (
            <div data-stale={isPlaceholderData || undefined} className={styles.rows}>
              <DataTable caption={t.list} columns={columns} rows={rows} rowKey={(row) => row.id} />
            </div>
          )}
          {hasNextPage && (
            <More loading={isFetchingNextPage} onMore={() => void fetchNextPage()}>
              {t.more}
            </More>
          )}
        </>
      )}
    </>
  );
}

interface MoreTold {
  readonly loading: boolean;
  readonly onMore: () => void;
  readonly children: string;
}

/** Loads on when it comes into the window, and by hand. */
function More({ loading, onMore, children }: MoreTold) {
  const seen = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    if (seen.current === null || loading) return;
    const watching = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && more.current(), {
      rootMargin: '400px',
    });
    watching.observe(seen.current);
    return () => watching.disconnect();
  }, [loading]);
  return (
    <div ref={seen} className={styles.more}>
      <Button variant="default" loading={loading} onClick={onMore}>
        {children}
      </Button>
    </div>
  );
}

function Nothing() {
  const t = useTexts(register);
  const { tab: _tab, ...narrowed } = useSearch({ from: '/register' });
  const { kind, size, state, verification, kbli, enumerator } = narrowed;
  const isNarrowed =
    words.get().trim() !== '' ||
    [kind, size, state, verification, kbli, enumerator].some((each) => each !== undefined);
  return <Empty title={isNarrowed ? t.none : t.empty} about={isNarrowed ? t.noneAbout : t.emptyAbout} />;
}

type Words = (typeof register)['id'];

function columnsOf(t: Words, numbers: string, language: 'id' | 'en'): readonly Column<Listed>[] {
  return [
    {
      key: 'name',
      label: t.name,
      card: 'heading',
      cell: (row) => (
        <Link to="/register/$businessId" params={{ businessId: row.id }} className={styles.name}>
          {row.name}
        </Link>
      ),
    },
    { key: 'village', label: t.village, cell: (row) => row.region_name },
    { key: 'kind', label: t.kind, cell: (row) => t.kinds[row.kind] ?? row.kind },
    { key: 'kbli', label: t.kbli, cell: (row) => row.kbli },
    {
      key: 'size',
      label: t.size,
      card: 'hidden',
      cell: (row) => (row.size_class === null ? NONE : (t.sizes[row.size_class] ?? row.size_class)),
    },
    { key: 'state', label: t.state, cell: (row) => <ReviewBadge state={row.review_state} /> },
    {
      key: 'verification',
      label: numbers,
      wide: true,
      cell: (row) => {
        const state = mostDoubtful(row.verification);
        return state === undefined ? NONE : <ConfirmationBadge state={state} />;
      },
    },
    { key: 'enumerator', label: t.enumerator, card: 'hidden', cell: (row) => row.enumerator },
    {
      key: 'captured',
      label: t.captured,
      end: true,
      cell: (row) => dayOf(row.captured_at, language),
    },
  ];
}
