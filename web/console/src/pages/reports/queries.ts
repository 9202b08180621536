import { queryOptions } from '@tanstack/react-query';
import { fetched } from '../../data/documents.ts';
import type { View } from '../../view.ts';

/** What a report is about: a cut-off, or the region and day of the view. */
export function askedOf(
  region: string,
  { campaign, as_of }: View,
  cutoff: string | undefined,
): URLSearchParams {
  if (cutoff !== undefined) return new URLSearchParams({ cutoff });
  return new URLSearchParams({
    region,
    ...(campaign === undefined ? {} : { campaign }),
    ...(as_of === undefined ? {} : { as_of }),
  });
}

/** The text for a messenger. */
export function recapQuery(asked: URLSearchParams) {
  return queryOptions({
    queryKey: ['reports', 'recap', asked.toString()],
    queryFn: async ({ signal }) =>
      await (await fetched(`reports/recap?${asked}`, { headers: { Accept: 'text/plain' }, signal })).text(),
  });
}
