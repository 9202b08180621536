import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';

export type Campaign = components['schemas']['CampaignOut'];

/** All campaigns, the newest first. */
export const campaignsQuery = queryOptions({
  queryKey: ['campaigns'],
  queryFn: async ({ signal }) => (await got(api.GET('/v1/campaigns', { signal }))).items,
  staleTime: 30_000,
});
