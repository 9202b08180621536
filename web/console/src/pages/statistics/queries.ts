import { api, got } from '@kumkm/shared/api/client.ts';
import { ApiProblem } from '@kumkm/shared/api/problem.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import type { View } from '../../view.ts';

type Schemas = components['schemas'];
export type Edition = Schemas['EditionOut'];
export type Table = Schemas['StatisticsOut'];
export type Row = Table['items'][number];
export type Variable = Schemas['VariableOut'];

const HOUR = 3_600_000;
const ASK_AGAIN_MS = 1_500;
export const EDITIONS = ['statistics', 'editions'] as const;

/** The editions of the campaign, the newest first. */
export function editionsQuery({ campaign }: View) {
  const query = campaign === undefined ? {} : { campaign };
  return queryOptions({
    queryKey: [...EDITIONS, query],
    queryFn: ({ signal }) => got(api.GET('/v1/statistics/editions', { signal, params: { query } })),
  });
}

/** Ask for an edition of the register as it is now. The id of it, or of the one that is in work already. */
export async function askForEdition(body: Schemas['EditionIn']): Promise<string> {
  try {
    return (await got(api.POST('/v1/statistics/editions', { body }))).id;
  } catch (fault) {
    const other =
      fault instanceof ApiProblem && fault.code === 'edition_in_work' && fault.problem?.current?.edition;
    if (typeof other === 'string') return other;
    throw fault;
  }
}

/** How far an edition is; asked again until it is made or failed. */
export function editionStateQuery(id: string | undefined) {
  return queryOptions({
    queryKey: ['statistics', 'edition', id],
    queryFn: ({ signal }) =>
      got(api.GET('/v1/statistics/editions/{id}', { signal, params: { path: { id: id ?? '' } } })),
    enabled: id !== undefined,
    refetchInterval: ({ state }) =>
      state.data?.state === 'made' || state.data?.state === 'failed' ? false : ASK_AGAIN_MS,
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
