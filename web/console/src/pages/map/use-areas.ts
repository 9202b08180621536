import { useQueries, useQuery } from '@tanstack/react-query';
import { levelOf } from '../../data/codes.ts';
import { childrenQuery } from '../../data/progress.ts';
import { useView } from '../../view.ts';
import type { Area } from './layers.ts';
import { staleQuery } from './queries.ts';

const SLOW = 30_000;

interface Areas {
  readonly areas: readonly Area[];
  /** Whether days without anything are known: they are of villages. */
  readonly days: boolean;
  /** Names of the regions between, by code. */
  readonly above: ReadonlyMap<string, string>;
  readonly pending: boolean;
  readonly fault: unknown;
}

/** The regions that the map of a region shows: of a district its villages, else those two levels below. */
export function useAreas(code: string): Areas {
  const view = useView();
  const level = levelOf(code);
  const near = level === 'district';
  const wide = level !== 'village' && level !== 'neighbourhood';
  const children = useQuery({ ...childrenQuery(code, view), enabled: wide });
  const parents = near ? [] : (children.data?.items ?? []).map((row) => row.region.code);
  const below = useQueries({
    queries: parents.map((parent) => ({ ...childrenQuery(parent, view), refetchInterval: SLOW })),
    combine: (answers) => ({
      rows: answers.flatMap(({ data }) => data?.items ?? []),
      pending: answers.some((answer) => answer.isPending),
      fault: answers.find((answer) => answer.isError)?.error,
    }),
  });
  const days = near || level === 'regency';
  const stale = useQuery({ ...staleQuery(code, view), enabled: days });
  const since = new Map(stale.data?.map((row) => [row.region.code, row.days_since]));
  const rows = near ? (children.data?.items ?? []) : below.rows;
  return {
    areas: rows.map((row) => {
      const told = since.get(row.region.code);
      return { row, stale: told === undefined ? (days && stale.data !== undefined ? 0 : null) : told };
    }),
    days,
    above: new Map(children.data?.items.map(({ region }) => [region.code, region.name])),
    pending: (wide && children.isPending) || below.pending || (days && stale.isPending),
    fault: children.error ?? below.fault ?? stale.error,
  };
}
