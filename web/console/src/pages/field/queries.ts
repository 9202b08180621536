import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { FOLLOWS } from '../../data/following.ts';
import { wholeList } from '../../data/pages.ts';
import { asked } from '../../data/progress.ts';
import type { View } from '../../view.ts';

export type ForceRow = components['schemas']['FieldForceRow'];
export type ForceAnswer = Omit<Wire, 'items' | 'next_cursor'> & { readonly items: readonly ForceRow[] };
type Wire = components['schemas']['FieldForceAnswer'];
export type ActivityRow = components['schemas']['ActivityRow'];
export type Assignment = components['schemas']['AssignmentListed'];

const PAGE = 1000;
const SLOW = 60_000;
const ACTIVITY_PAGE = 50;

/** The most people whose hours are read at once: ten pages. Of more, a team has to be chosen. */
export const MOST_IN_RHYTHM = 500;

/** How everybody in a region stands. */
export function forceQuery(region: string, view: View) {
  const query = { ...asked(view), region };
  return queryOptions({
    queryKey: ['field', 'force', query],
    queryFn: ({ signal }) =>
      wholeList(PAGE, (page) =>
        got(api.GET('/v1/progress/field-force', { signal, params: { query: { ...query, ...page } } })),
      ),
    ...FOLLOWS,
  });
}

export interface Whose {
  /** Id of a coordinator or of an enumerator; without either, everybody in the region. */
  readonly coordinator?: string;
  readonly enumerator?: string;
  readonly from?: string;
}

/** When people worked, how fast, and what was returned of it: a fortnight, or from a day on. */
export function activityQuery(region: string, view: View, whose: Whose) {
  const query = { ...asked(view), ...whose, region };
  return queryOptions({
    queryKey: ['field', 'activity', query],
    queryFn: ({ signal }) =>
      wholeList(ACTIVITY_PAGE, (page) =>
        got(api.GET('/v1/progress/activity', { signal, params: { query: { ...query, ...page } } })),
      ),
    refetchInterval: SLOW,
  });
}

/** One enumerator day by day. */
export function personDatesQuery(region: string, view: View, enumerator: string) {
  const query = { ...asked(view), region, enumerator };
  return queryOptions({
    queryKey: ['field', 'dates', query],
    queryFn: ({ signal }) => got(api.GET('/v1/progress/dates', { signal, params: { query } })),
    ...FOLLOWS,
  });
}

/** Who works where. */
export function assignmentsQuery(campaign: string) {
  const query = { campaign };
  return queryOptions({
    queryKey: ['field', 'assignments', query],
    queryFn: ({ signal }) =>
      wholeList(PAGE, (page) =>
        got(api.GET('/v1/assignments', { signal, params: { query: { ...query, ...page } } })),
      ),
    staleTime: SLOW,
  });
}
