import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import type { View } from '../view.ts';
import { wholeList } from './pages.ts';

export type Cutoff = components['schemas']['CutoffOut'];

/** The keys of all queries of cut-offs begin so. */
export const CUTOFFS = ['cutoffs'] as const;

const AT_ONCE = 1000;

/** The cut-offs of a region and of those below it, the newest first. */
export function cutoffsQuery(region: string, { campaign }: View) {
  const asked = {
    ...(region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
  };
  return queryOptions({
    queryKey: [...CUTOFFS, asked],
    queryFn: async ({ signal }) =>
      (
        await wholeList(AT_ONCE, (page) =>
          got(api.GET('/v1/progress/cutoffs', { signal, params: { query: { ...asked, ...page } } })),
        )
      ).items,
  });
}
