import { api, got } from '@kumkm/shared/api/client.ts';
import { account } from '@kumkm/shared/session/session.ts';
import type { Account } from '@kumkm/shared/session/wire.ts';
import { useStore } from '@kumkm/shared/store.ts';
import { useQuery } from '@tanstack/react-query';
import { useView } from '../view.ts';
import { NATION } from './codes.ts';

export { NATION };

export type Me = Account;

/** Who is signed in; undefined where nobody is. */
export function useMe(): Me | undefined {
  return useStore(account);
}

/** The region that the page is about: that of the address, else one's own territory. */
export function useRegionCode(): string | undefined {
  const view = useView();
  const me = useMe();
  return view.region ?? (me === undefined ? undefined : (me.region_code ?? NATION));
}

/** Whether the account may see personal data where it says why; false until that is known. */
export function useMayUnmask(): boolean {
  const me = useMe();
  const rights = useQuery({
    queryKey: ['me', me?.id],
    queryFn: ({ signal }) => got(api.GET('/v1/me', { signal })),
    enabled: me !== undefined,
    staleTime: 60_000,
  });
  return rights.data?.scopes.includes('pii:read') === true;
}
