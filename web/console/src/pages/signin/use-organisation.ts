import { basePath } from '@kumkm/shared/api/base.ts';
import { pageOf } from '@kumkm/shared/session/own-address.ts';
import { askForOrganisation } from '@kumkm/shared/session/wire.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { BACK } from '../back/path.ts';
import { waysQuery } from './queries.ts';

interface ByOrganisation {
  readonly offered: boolean;
  /** What people call the organisation, where the server says it. */
  readonly name: string | undefined;
  readonly pending: boolean;
  readonly fault: unknown;
  readonly enter: () => void;
  /** Where to go, where the browser let no tab be opened. */
  readonly link: string | undefined;
}

/**
 * Signing in with the organisation's account.
 *
 * `accountId`: whose session goes on. The page under the dialog keeps what was typed, so that another tab goes there;
 * when it is back, it tells this one.
 */
export function useByOrganisation(accountId: string | undefined): ByOrganisation {
  const ways = useQuery(waysQuery);
  const [link, setLink] = useState<string>();
  const entering = useMutation({
    mutationFn: async () => {
      setLink(undefined);
      if (accountId === undefined) {
        window.location.assign(await askForOrganisation(pageOf(window.location, basePath()), undefined));
        return 'leaving';
      }
      setLink(await inAnotherTab(accountId));
      return 'opened';
    },
  });
  const { reset } = entering;
  useEffect(() => {
    // Who comes back by the browser's own button finds the page as it was left.
    function shown(event: PageTransitionEvent) {
      if (event.persisted) reset();
    }
    window.addEventListener('pageshow', shown);
    return () => window.removeEventListener('pageshow', shown);
  }, [reset]);
  return {
    offered: ways.data?.organisation != null,
    name: ways.data?.organisation?.name ?? undefined,
    pending: entering.isPending || entering.data === 'leaving',
    fault: entering.error,
    enter: () => entering.mutate(),
    link,
  };
}

/** The address, where the browser did not let a tab be opened. */
async function inAnotherTab(accountId: string): Promise<string | undefined> {
  // At once: a moment after the click browsers take it for an advertisement.
  const tab = window.open('', '_blank');
  try {
    const address = await askForOrganisation(BACK, accountId);
    if (tab === null) return address;
    tab.opener = null;
    tab.location.replace(address);
    return undefined;
  } catch (fault) {
    tab?.close();
    throw fault;
  }
}
