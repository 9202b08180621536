import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';

export type Business = components['schemas']['BusinessOut'];

/** One business, masked. Of one that was merged the answer is its survivor, under the survivor's id. */
export function businessQuery(id: string) {
  return queryOptions({
    queryKey: ['business', id],
    queryFn: ({ signal }) =>
      got(api.GET('/v1/businesses/{business_id}', { signal, params: { path: { business_id: id } } })),
  });
}
