import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { ActionIcon, Button } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconCircleCheck, IconRefresh, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting as Skeletons } from '../../parts/loading.tsx';
import sides from '../../parts/sides.module.css';
import { review } from '../../texts/review.ts';
import { standingOf } from './desk.ts';
import type { Sent } from './outbox.ts';
import type { Waiting } from './queries.ts';
import styles from './review.module.css';
import type { Queue } from './use-queue.ts';

const HEIGHT = 69;

/** The queue: what waits, and what became of what was decided. */
export function List({ desk }: { readonly desk: Queue }) {
  const t = useTexts(review);
  const { queue, items, sent, recordId, isWide, place } = desk;
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => HEIGHT,
    overscan: 12,
    enabled: isWide,
  });
  useEffect(() => {
    if (isWide && place >= 0) rows.scrollToIndex(place, { align: 'auto' });
  }, [isWide, place, rows]);
  const list = useRef<HTMLUListElement>(null);
  const shown = isWide ? rows.getVirtualItems().map((row) => row.index) : items.map((_, index) => index);
  const before = isWide ? (rows.getVirtualItems()[0]?.start ?? 0) : 0;
  const after = isWide ? rows.getTotalSize() - (rows.getVirtualItems().at(-1)?.end ?? 0) : 0;
  useLayoutEffect(() => {
    // Room of rows that are not drawn. It is set by script: the policy allows no style in HTML.
    if (list.current === null) return;
    list.current.style.paddingTop = `${before}px`;
    list.current.style.paddingBottom = `${after}px`;
  });
  return (
    <section className={`${sides.left} ${styles.left}`} aria-label={t.queue}>
      <div className={styles.listHead}>
        <h2>{t.queue}</h2>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          onClick={() => void queue.refetch()}
          loading={queue.isRefetching}
          aria-label={t.refresh}
        >
          <IconRefresh size={20} stroke={1.75} aria-hidden />
        </ActionIcon>
      </div>
      <div className={styles.scroll} ref={scroll}>
        {queue.isPending && <Skeletons rows={6} height={60} />}
        {queue.isError && <Fault fault={queue.error} again={() => void queue.refetch()} />}
        {queue.isSuccess && items.length === 0 && <Nothing desk={desk} />}
        {items.length > 0 && (
          <ul className={`${sides.list} ${styles.list}`} ref={list}>
            {shown.map((index) => {
              const item = items[index];
              return (
                item !== undefined && (
                  <li key={item.record_id}>
                    <Item
                      item={item}
                      sent={sent.get(item.record_id)}
                      current={item.record_id === recordId}
                      onOpen={() => desk.open(item.record_id)}
                    />
                  </li>
                )
              );
            })}
          </ul>
        )}
        <LoadMore list={queue} />
      </div>
    </section>
  );
}

interface ItemTold {
  readonly item: Waiting;
  readonly sent: Sent | undefined;
  readonly current: boolean;
  readonly onOpen: () => void;
}

function Item({ item, sent, current, onOpen }: ItemTold) {
  return (
    <button
      type="button"
      className={`${sides.item} ${styles.item}`}
      aria-current={current}
      data-decided={sent !== undefined || undefined}
      onClick={onOpen}
    >
      <span className={`${sides.name} ${styles.name}`}>{item.name}</span>
      <Badge item={item} sent={sent} />
      <span className={styles.under}>
        {item.region_name} · {item.enumerator_name} ({item.enumerator})
      </span>
    </button>
  );
}

function Badge({ item, sent }: { readonly item: Waiting; readonly sent: Sent | undefined }) {
  const t = useTexts(review);
  const language = useLanguage();
  const state = standingOf(sent, stateOf(item.review_state));
  if (sent?.standing === 'refused') {
    return (
      <span className={styles.badge} data-state="refused">
        <IconX size={16} stroke={2} aria-hidden />
        {t.standing.refused()}
      </span>
    );
  }
  if (state !== 'unreviewed') {
    const Icon = state === 'verified' ? IconCircleCheck : IconArrowBackUp;
    return (
      <span className={styles.badge} data-state={state}>
        <Icon size={16} stroke={2} aria-hidden />
        {t.decided[state]}
      </span>
    );
  }
  if (item.warnings.length === 0) return <span />;
  return (
    <span className={styles.badge} lang={language}>
      <IconAlertTriangle size={16} stroke={2} aria-hidden />
      {t.warningCount(item.warnings.length)}
    </span>
  );
}

export function stateOf(told: string): 'unreviewed' | 'verified' | 'returned' {
  return told === 'verified' || told === 'returned' ? told : 'unreviewed';
}

function Nothing({ desk }: { readonly desk: Queue }) {
  const t = useTexts(review);
  const { order, state, warnings, enumerator, kind } = desk.search;
  const isFiltered = [order, state, warnings, enumerator, kind].some((each) => each !== undefined);
  return (
    <Empty title={t.empty} about={t.emptyAbout} icon={<IconCircleCheck size={32} stroke={1.5} aria-hidden />}>
      {isFiltered && (
        <Button
          variant="default"
          onClick={() =>
            desk.change({ state: undefined, warnings: undefined, enumerator: undefined, kind: undefined })
          }
        >
          {t.clearFilters}
        </Button>
      )}
    </Empty>
  );
}
