import type { Column as FileColumn } from '@kumkm/shared/files.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { ListSection } from '../../parts/list-section.tsx';
import surfaces from '../../parts/surfaces.module.css';
import type { Column } from '../../parts/table/table.tsx';
import { listing } from '../../texts/listing.ts';
import { Filters } from './filters.tsx';
import { type Entry, entriesOfFile, entriesQuery } from './queries.ts';
import { sourceOf } from './search.ts';
import { useListing } from './use-listing.ts';

/** The entries, each with its state and where it is from. */
export function EntryList({ name }: { readonly name: string }) {
  const t = useTexts(listing);
  const { search, view } = useListing();
  const list = useInfiniteQuery(entriesQuery(view, search));
  const columns = useMemo((): readonly Column<Entry>[] => {
    const from = (row: Entry) => {
      const { kind, name } = sourceOf(row.source);
      return kind === 'campaign' ? t.fromCampaign(name) : t.fromFile(name);
    };
    return [
      {
        key: 'name',
        label: t.name,
        card: 'heading',
        cell: (row) =>
          row.business_id === null ? (
            row.name
          ) : (
            <Link
              to="/register/$businessId"
              params={{ businessId: row.business_id }}
              className={surfaces.leads}
            >
              {row.name}
            </Link>
          ),
      },
      { key: 'village', label: t.village, cell: (row) => row.region_name },
      { key: 'kbli', label: t.kbli, cell: (row) => row.kbli ?? t.nobody },
      { key: 'state', label: t.state, cell: (row) => t.states[row.state as keyof typeof t.states] },
      { key: 'enumerator', label: t.enumerator, cell: (row) => row.enumerator ?? t.nobody },
      { key: 'source', label: t.source, cell: from },
    ];
  }, [t]);
  const files: readonly FileColumn<Entry>[] = [
    { title: t.entryId, value: (row) => row.listing_id },
    { title: t.code, value: (row) => row.region_code },
    { title: t.village, value: (row) => row.region_name },
    { title: t.name, value: (row) => row.name },
    { title: t.kbli, value: (row) => row.kbli },
    { title: t.state, value: (row) => t.states[row.state as keyof typeof t.states] },
    { title: t.enumerator, value: (row) => row.enumerator },
    { title: t.source, value: (row) => row.source },
  ];
  return (
    <ListSection
      words={t}
      filters={<Filters />}
      list={list}
      rowKey={(row) => row.listing_id}
      columns={columns}
      file={{ name: `${t.title} ${name}`, columns: files, ask: () => entriesOfFile(view, search) }}
    />
  );
}
