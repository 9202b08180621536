import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useMediaQuery } from '@mantine/hooks';
import { IconTags } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { useKeys } from '../../parts/keys.ts';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Page } from '../../parts/page.tsx';
import looks from '../../parts/queue.module.css';
import sides from '../../parts/sides.module.css';
import { coding } from '../../texts/coding.ts';
import { shell } from '../../texts/shell.ts';
import { useView, viewOf } from '../../view.ts';
import styles from './coding.module.css';
import { beside, KEYS } from './keys.ts';
import { Opened } from './opened.tsx';
import { codingQuery, type ToCode } from './queries.ts';
import { type CodingSearch, codingOf, STATES } from './search.ts';

/** Businesses whose activity code is not in its edition, and who found the right one. */
export function CodingPage() {
  const t = useTexts(coding);
  const s = useTexts(shell);
  const search = useSearch({ from: '/pengodean' });
  const navigate = useNavigate();
  const isWide = useMediaQuery('(min-width: 1024px)', true, { getInitialValueInEffect: false });
  const queue = useInfiniteQuery(codingQuery(useView(), search));
  const items = queue.data?.pages.flatMap((page) => page.items) ?? [];
  const id = search.business ?? (isWide ? items[0]?.business_id : undefined);
  const item = items.find((each) => each.business_id === id);
  const go = (changed: CodingSearch) =>
    void navigate({
      to: '/pengodean',
      search: (before) => ({ ...viewOf(before), ...codingOf({ ...changed }) }),
      replace: true,
      resetScroll: false,
    });
  const open = (business: string | undefined) =>
    go({
      ...(search.state === undefined ? {} : { state: search.state }),
      ...(business === undefined ? {} : { business }),
    });
  const ids = items.map((each) => each.business_id);
  useKeys(KEYS, (command) => {
    if (command === 'search') document.querySelector<HTMLElement>('input[type="search"]')?.focus();
    else if (command === 'undo') document.querySelector<HTMLElement>('[data-undo]')?.click();
    else open(beside(ids, id, command === 'next' ? 1 : -1));
    return true;
  });
  return (
    <Page title={s.pages.coding} about={t.about}>
      <div className={styles.filters}>
        <ChoiceFilter
          label={t.state}
          all={t.states.waiting}
          of={STATES}
          names={t.states}
          value={search.state}
          onChange={(state) => go(state === undefined ? {} : { state })}
        />
        <p className={`${looks.quiet} ${styles.keys}`}>{t.keys}</p>
      </div>
      {queue.isPending && <Waiting rows={5} height={64} />}
      {queue.isError && <Fault fault={queue.error} again={() => void queue.refetch()} />}
      {queue.isSuccess && items.length === 0 && (
        <Empty
          title={search.state === undefined ? t.empty : t.emptyCoded}
          about={t.emptyAbout}
          icon={<IconTags size={32} stroke={1.5} aria-hidden />}
        />
      )}
      {items.length > 0 && (
        <div className={sides.desk} data-open={item !== undefined || undefined}>
          <section className={`${sides.left} ${looks.left}`} aria-label={t.list}>
            <ul className={sides.list}>
              {items.map((each) => (
                <li key={each.business_id}>
                  <Row item={each} current={each === item} onOpen={() => open(each.business_id)} />
                </li>
              ))}
            </ul>
            <LoadMore list={queue} />
          </section>
          <section className={sides.right} aria-label={t.one}>
            {item !== undefined && (
              <Opened
                key={item.business_id}
                item={item}
                onBack={() => open(undefined)}
                onDone={() => open(isWide ? beside(ids, id, 1) : undefined)}
              />
            )}
          </section>
        </div>
      )}
    </Page>
  );
}

interface RowTold {
  readonly item: ToCode;
  readonly current: boolean;
  readonly onOpen: () => void;
}

function Row({ item, current, onOpen }: RowTold) {
  return (
    <button type="button" className={`${sides.item} ${looks.item}`} aria-current={current} onClick={onOpen}>
      <span className={sides.name}>{item.name}</span>
      <span className={looks.quiet}>
        {item.said_kbli} · {item.region_name} · {item.enumerator}
      </span>
    </button>
  );
}
