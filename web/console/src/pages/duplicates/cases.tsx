import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Checkbox, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconCopyCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { LoadMore } from '../../parts/load-more.tsx';
import { Waiting } from '../../parts/loading.tsx';
import looks from '../../parts/queue.module.css';
import sides from '../../parts/sides.module.css';
import { duplicates } from '../../texts/duplicates.ts';
import { useView, viewOf } from '../../view.ts';
import { CaseCard } from './case.tsx';
import styles from './duplicates.module.css';
import { nameOf } from './names.ts';
import { Opened } from './opened.tsx';
import { type Case, casesQuery } from './queries.ts';
import { type CasesSearch, casesOf } from './search.ts';
import { mayJoin, safeKindOf } from './several.ts';
import { Several } from './several.tsx';
import { useCommands } from './use-commands.ts';
import { useSeveral } from './use-several.ts';
import { Work } from './work.tsx';

/** The cases at the left, one of them at the right; on a phone one after the other. */
export function Cases() {
  const t = useTexts(duplicates);
  const search = useSearch({ from: '/ganda' });
  const navigate = useNavigate();
  const isWide = useMediaQuery('(min-width: 1024px)', true, { getInitialValueInEffect: false });
  const cases = useInfiniteQuery(casesQuery(useView(), search));
  const items = cases.data?.pages.flatMap((page) => page.items) ?? [];
  const id = search.case ?? (isWide ? items[0]?.id : undefined);
  const place = items.findIndex((item) => item.id === id);
  const next = items[place + 1];
  const several = useSeveral(items);
  useCommands({ several, items, place, onOpen: (opened) => change({ case: opened }) });

  function change(changed: Partial<Record<keyof CasesSearch, string | undefined>>): void {
    void navigate({
      to: '/ganda',
      search: (before) => ({ ...viewOf(before), ...casesOf({ ...before, ...changed }) }),
      replace: true,
      resetScroll: false,
    });
  }

  return (
    <>
      {search.state === undefined && (
        <Work search={search} onTaken={(taken) => change({ assigned: 'me', case: taken })} />
      )}
      {(isWide || id === undefined) && (
        <div className={styles.filters}>
          <Select
            label={t.state}
            allowDeselect={false}
            value={search.state ?? 'open'}
            data={Object.entries(t.states).map(([value, label]) => ({ value, label }))}
            onChange={(value) => change({ state: value ?? undefined, case: undefined })}
          />
          <Select
            label={t.kind}
            allowDeselect={false}
            value={search.kind ?? 'all'}
            data={[
              { value: 'all', label: t.kindAll },
              ...Object.entries(t.kinds).map(([value, label]) => ({ value, label })),
            ]}
            onChange={(value) => change({ kind: value ?? undefined, case: undefined })}
          />
          <Select
            label={t.assigned}
            allowDeselect={false}
            value={search.assigned ?? 'all'}
            data={[
              { value: 'all', label: t.kindAll },
              { value: 'me', label: t.assignedMe },
              { value: 'nobody', label: t.assignedNobody },
            ]}
            onChange={(value) => change({ assigned: value ?? undefined, case: undefined })}
          />
        </div>
      )}
      {(isWide || id === undefined) && (
        <Several several={several} items={items} onOpen={(opened) => change({ case: opened })} />
      )}
      {cases.isPending && <Waiting rows={5} height={64} />}
      {cases.isError && <Fault fault={cases.error} again={() => void cases.refetch()} />}
      {cases.isSuccess && items.length === 0 && id === undefined && (
        <Empty
          title={t.empty}
          about={t.emptyAbout}
          icon={<IconCopyCheck size={32} stroke={1.5} aria-hidden />}
        />
      )}
      {(items.length > 0 || id !== undefined) && (
        <div className={sides.desk} data-open={id !== undefined || undefined}>
          <section className={`${sides.left} ${looks.left}`} aria-label={t.cases} tabIndex={-1}>
            <ul className={sides.list}>
              {items.map((item) => (
                <li key={item.id} className={styles.row}>
                  {safeKindOf(item) !== undefined && (
                    <Checkbox
                      className={styles.tick}
                      aria-label={t.choose1(nameOf(item.record) ?? t.case)}
                      checked={several.chosen.has(item.id)}
                      disabled={!mayJoin(several.chosen, item)}
                      onChange={() => several.toggle(item)}
                    />
                  )}
                  <Item item={item} current={item.id === id} onOpen={() => change({ case: item.id })} />
                </li>
              ))}
            </ul>
            <LoadMore list={cases} />
          </section>
          <Opened label={t.case} onBack={() => change({ case: undefined })}>
            {id === undefined ? undefined : (
              <CaseCard
                key={id}
                id={id}
                onNext={next === undefined ? undefined : () => change({ case: next.id })}
              />
            )}
          </Opened>
        </div>
      )}
    </>
  );
}

interface ItemTold {
  readonly item: Case;
  readonly current: boolean;
  readonly onOpen: () => void;
}

function Item({ item, current, onOpen }: ItemTold) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  return (
    <button type="button" className={`${sides.item} ${looks.item}`} aria-current={current} onClick={onOpen}>
      <span className={sides.name}>{nameOf(item.record) ?? t.beyond}</span>
      <span className={looks.quiet}>
        {t.kinds[item.kind]} · {item.region_name} ·{' '}
        {item.matched_on.map((number) => t.numbers[number] ?? number).join(', ')}
      </span>
      <span className={looks.quiet}>{longMoment(item.opened_at, language)}</span>
      {item.group !== null && item.group.size > 1 && (
        <span className={looks.quiet}>{t.inGroup(count(item.group.size, language))}</span>
      )}
      {item.assignment !== null && (
        <span className={looks.quiet}>
          {t.assignedTo(item.assignment.username, longMoment(item.assignment.lapses_at, language))}
        </span>
      )}
    </button>
  );
}
