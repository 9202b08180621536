import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import type { View } from '../../view.ts';

type Schemas = components['schemas'];
export type Edition = Schemas['EditionOut'];
export type Table = Schemas['StatisticsOut'];
export type Row = Table['items'][number];
export type Variable = Schemas['VariableOut'];

const HOUR = 3_600_000;

/** The editions of the campaign, the newest first. */
export function editionsQuery({ campaign }: View) {
  const query = campaign === undefined ? {} : { campaign };
  return queryOptions({
    queryKey: ['statistics', 'editions', query],
    queryFn: ({ signal }) => got(api.GET('/v1/statistics/editions', { signal, params: { query } })),
  });
}

/** What the statistics count by, in words. */
export function variablesQuery(language: string) {
  return queryOptions({
    queryKey: ['statistics', 'variables', language],
    queryFn: ({ signal }) => got(api.GET('/v1/statistics/variables', { signal })),
    staleTime: HOUR,
  });
}

/** A table of an edition: by attributes, of a region or of those right below it. */
export function tableQuery(
  { campaign }: View,
  region: string,
  edition: string,
  by: readonly string[],
  language: string,
) {
  const query = {
    region,
    edition,
    by: by.join(','),
    ...(campaign === undefined ? {} : { campaign }),
  };
  return queryOptions({
    queryKey: ['statistics', 'table', query, language],
    queryFn: ({ signal }) => got(api.GET('/v1/statistics/businesses', { signal, params: { query } })),
    staleTime: HOUR, // an edition never changes
  });
}
