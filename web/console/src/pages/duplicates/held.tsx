import { longDay } from '@kumkm/shared/formats/dates.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { useMediaQuery } from '@mantine/hooks';
import { IconLockOpen } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import looks from '../../parts/queue.module.css';
import sides from '../../parts/sides.module.css';
import { duplicates } from '../../texts/duplicates.ts';
import { viewOf } from '../../view.ts';
import { HeldCard } from './held-item.tsx';
import { Opened } from './opened.tsx';
import { heldQuery } from './queries.ts';
import { casesOf } from './search.ts';

/** What is held at the left, one of it at the right; on a phone one after the other. */
export function HeldItems() {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const search = useSearch({ from: '/ganda' });
  const navigate = useNavigate();
  const isWide = useMediaQuery('(min-width: 1024px)', true, { getInitialValueInEffect: false });
  const held = useInfiniteQuery(heldQuery);
  const items = held.data?.pages.flatMap((page) => page.items) ?? [];
  const id = search.item ?? (isWide ? items[0]?.id : undefined);
  function open(item: string | undefined): void {
    void navigate({
      to: '/ganda',
      search: (before) => ({ ...viewOf(before), ...casesOf({ ...before, item }) }),
      replace: true,
      resetScroll: false,
    });
  }
  if (held.isPending) return <Waiting rows={5} height={64} />;
  if (held.isError) return <Fault fault={held.error} again={() => void held.refetch()} />;
  if (items.length === 0 && id === undefined) {
    return (
      <Empty
        title={t.heldEmpty}
        about={t.heldEmptyAbout}
        icon={<IconLockOpen size={32} stroke={1.5} aria-hidden />}
      />
    );
  }
  return (
    <div className={sides.desk} data-open={id !== undefined || undefined}>
      <section className={`${sides.left} ${looks.left}`} aria-label={t.heldList}>
        <ul className={sides.list}>
          {items.map((item) => (
            <li key={item.id}>
              <button
                type="button"
                className={`${sides.item} ${looks.item}`}
                aria-current={item.id === id}
                onClick={() => open(item.id)}
              >
                <span className={sides.name}>{item.reasons[0]?.detail}</span>
                <span className={looks.quiet}>
                  {item.enumerator} · {item.region_name ?? item.region_code} ·{' '}
                  {longDay(item.captured_on, language)}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <LoadMore list={held} />
      </section>
      <Opened label={t.held} onBack={() => open(undefined)}>
        {id === undefined ? undefined : <HeldCard key={id} id={id} />}
      </Opened>
    </div>
  );
}
