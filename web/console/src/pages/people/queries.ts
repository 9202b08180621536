import { api, got } from '@kumkm/shared/api/client.ts';
import type { components, paths } from '@kumkm/shared/api/schema.d.ts';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Paged, pagesQuery } from '../../data/pages.ts';
import type { Role, State } from './route.ts';

type Schemas = components['schemas'];
export type Account = Schemas['AccountOut'];
export type Credentials = Schemas['Credentials'];
export type Device = Schemas['DeviceListed'];
export type Team = Schemas['TeamOut'];
export type Assignment = Schemas['AssignmentListed'];
export type ImportReport = Schemas['ImportReport'];
export type FileKind = Schemas['Kind'];
export type Entered = Schemas['EnteredOut'];
export type Code = Schemas['ActivationCode'];

/** Rows a page: the most that the API gives at once. */
const LIMIT = 1000;
/** Pages that come by themselves; the rest is asked for, so that opening a list of a whole country costs no one much. */
const BY_THEMSELVES = 10;

/** A list of the page: what was here is shown while another one comes. */
function listQuery<Row>(key: readonly unknown[], ask: Parameters<typeof pagesQuery<Paged<Row>>>[2]) {
  return {
    ...pagesQuery(['people', ...key], LIMIT, ask),
    staleTime: 30_000,
    placeholderData: (before: InfiniteData<Paged<Row>, string> | undefined) => before,
  };
}

export interface AccountFilter {
  /** Words of a name, or parts of a user name. */
  readonly words?: string | undefined;
  readonly role?: Role | undefined;
  readonly state?: State | undefined;
}

export const accountsQuery = ({ words, role, state }: AccountFilter) =>
  listQuery(['accounts', words, role, state], ({ page, signal }) =>
    got(
      api.GET('/v1/accounts', {
        signal,
        params: {
          query: {
            ...page,
            ...(words === undefined ? {} : { q: words }),
            ...(role === undefined ? {} : { role }),
            ...(state === undefined ? {} : { active: state === 'open' }),
          },
        },
      }),
    ),
  );

export const devicesQuery = (state: State | undefined) =>
  listQuery(['devices', state], ({ page, signal }) =>
    got(
      api.GET('/v1/devices', {
        signal,
        params: {
          query: {
            ...page,
            ...(state === undefined ? {} : { revoked: state === 'closed' }),
          },
        },
      }),
    ),
  );

const ofCampaign = (campaign: string | undefined) => (campaign === undefined ? {} : { campaign });

export const teamsQuery = (campaign: string | undefined) =>
  listQuery(['teams', campaign], ({ page, signal }) =>
    got(
      api.GET('/v1/teams', {
        signal,
        params: { query: { ...page, ...ofCampaign(campaign) } },
      }),
    ),
  );

export const assignmentsQuery = (campaign: string | undefined) =>
  listQuery(['assignments', campaign], ({ page, signal }) =>
    got(
      api.GET('/v1/assignments', {
        signal,
        params: { query: { ...page, ...ofCampaign(campaign) } },
      }),
    ),
  );

export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** More pages are on their way. */
  readonly coming: boolean;
  /** Asks for the next page, where there is one that does not come by itself. */
  readonly more: (() => void) | undefined;
  readonly pending: boolean;
  readonly fault: Error | null;
  readonly again: () => void;
}

/** The pages of a list, one after another; what is here is shown while the rest comes. */
export function usePages<Row>(options: ReturnType<typeof listQuery<Row>>): Listed<Row> {
  const query = useInfiniteQuery(options);
  const { isFetching, fetchNextPage, isError } = query;
  const coming = query.hasNextPage && (query.data?.pages.length ?? 0) < BY_THEMSELVES;
  useEffect(() => {
    if (coming && !isFetching && !isError) void fetchNextPage();
  }, [coming, isFetching, isError, fetchNextPage]);
  return {
    rows: query.data?.pages.flatMap((page) => page.items) ?? [],
    coming,
    more: query.hasNextPage && !coming ? () => void fetchNextPage() : undefined,
    pending: query.isPending,
    fault: query.error,
    again: () => void query.refetch(),
  };
}

export type NewAccount = paths['/v1/accounts']['post']['requestBody']['content']['application/json'];
