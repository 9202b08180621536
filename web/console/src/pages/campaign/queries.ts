import { api, done, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { addDays } from '@kumkm/shared/formats/dates.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery, wholeList } from '../../data/pages.ts';
import type { CampaignSearch } from './search.ts';

type Schemas = components['schemas'];
export type Target = Schemas['TargetOut'];
export type Targets = Schemas['TargetsOut'];
export type Event = Schemas['AuditListed'];
export type Column = Schemas['ColumnOut'];

export async function putCampaign(campaign: Schemas['CampaignIn-Input']): Promise<void> {
  await got(api.PUT('/v1/campaigns/{code}', { params: { path: { code: campaign.code } }, body: campaign }));
}

const ofCampaign = (campaign: string | undefined) => (campaign === undefined ? {} : { campaign });

/** The target of a region and of those right below it. */
export function targetsQuery(region: string, campaign: string | undefined) {
  return queryOptions({
    queryKey: ['targets', region, campaign],
    queryFn: ({ signal }) =>
      got(api.GET('/v1/targets', { signal, params: { query: { region, ...ofCampaign(campaign) } } })),
    staleTime: 10_000,
  });
}

/** A target, from when on it holds (by default today), and why where that day is over. */
export interface Dated {
  readonly businesses: number;
  readonly from: string;
  readonly reason: string;
}

export async function putTarget(region: string, campaign: string, dated: Dated): Promise<void> {
  const { businesses, from, reason } = dated;
  await got(
    api.PUT('/v1/targets/{region_code}', {
      params: { path: { region_code: region }, query: { campaign } },
      body: {
        businesses,
        ...(from === '' ? {} : { valid_from: from }),
        ...(reason.trim() === '' ? {} : { reason }),
      },
    }),
  );
}

export async function removeTarget(region: string, campaign: string): Promise<void> {
  await done(
    api.DELETE('/v1/targets/{region_code}', {
      params: { path: { region_code: region }, query: { campaign } },
    }),
  );
}

/** What the columns of exports mean. */
export const columnsQuery = queryOptions({
  queryKey: ['metadata'],
  queryFn: async ({ signal }) => (await got(api.GET('/v1/metadata', { signal }))).items,
  staleTime: Number.POSITIVE_INFINITY,
});

const A_PAGE = 100;
/** The most that the API gives at once. */
const MOST = 1000;
/** Days are those of western Indonesia, as in the whole API. */
const ZONE = '+07:00';

/** The audit trail, the newest first. `actor` is an account's id. */
export function trailQuery({ action, subject, from, until }: CampaignSearch, actor: string | undefined) {
  const asked = {
    ...(action === undefined ? {} : { action }),
    ...(subject === undefined ? {} : { subject }),
    ...(actor === undefined ? {} : { actor }),
    ...(from === undefined ? {} : { from: `${from}T00:00:00${ZONE}` }),
    ...(until === undefined ? {} : { to: `${addDays(until, 1)}T00:00:00${ZONE}` }),
  };
  return {
    ...pagesQuery(['audit', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/audit', { signal, params: { query: { ...asked, ...page } } })),
    ),
    staleTime: 10_000,
  };
}

/** Accounts by their user names: the trail is asked by id. */
export const actorsQuery = queryOptions({
  queryKey: ['actors'],
  queryFn: async ({ signal }) => {
    const { items } = await wholeList(MOST, (page) =>
      got(api.GET('/v1/accounts', { signal, params: { query: page } })),
    );
    return new Map(items.map((each) => [each.username, each.id]));
  },
  staleTime: 60_000,
});
