import { isDay } from '@kumkm/shared/formats/dates.ts';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';

export type Basis = 'received' | 'captured';

/** What every page looks at; it stands in the address, so that a view is a link. What is missing is the default. */
export interface View {
  readonly campaign?: string;
  readonly region?: string;
  readonly as_of?: string;
  readonly basis?: Basis;
}

const REGION = /^(?:ID|\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4}(?:\.\d{4})?)?)?)?)$/;
const CAMPAIGN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** A code as it is written: the router takes `16` and `16.10` of an address for numbers. */
function codeOf(region: unknown): unknown {
  if (typeof region !== 'number') return region;
  return Number.isInteger(region) ? String(region) : region.toFixed(2);
}

/** What of an address makes a view. What is none is left out, as if it were not there. */
export function viewOf(search: Record<string, unknown>): View {
  const { campaign, as_of, basis } = search;
  const region = codeOf(search.region);
  return {
    ...(typeof campaign === 'string' && CAMPAIGN.test(campaign) ? { campaign } : {}),
    ...(typeof region === 'string' && REGION.test(region) ? { region } : {}),
    ...(isDay(as_of) ? { as_of } : {}),
    ...(basis === 'captured' ? { basis } : {}),
  };
}

/** The view of the page. */
export function useView(): View {
  const search = useSearch({ from: '__root__' }); // what is no view is in it, too
  return useMemo(() => viewOf({ ...search }), [search]);
}
