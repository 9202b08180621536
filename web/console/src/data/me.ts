import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { sessionState } from '@kumkm/shared/session/session.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useView } from '../view.ts';

export type Me = components['schemas']['MeOut'];

export const NATION = 'ID';

const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => got(api.GET('/v1/me', { signal })),
  staleTime: 60_000,
});

/** Who is signed in; undefined as long as nobody knows. */
export function useMe(): Me | undefined {
  const state = useStore(sessionState);
  return useQuery({ ...meQuery, enabled: state === 'signed_in' || state === 'expired' }).data;
}

/** The region that the page is about: that of the address, else one's own territory. Undefined until it is known. */
export function useRegionCode(): string | undefined {
  const view = useView();
  const me = useMe();
  return view.region ?? (me === undefined ? undefined : (me.region_code ?? NATION));
}
