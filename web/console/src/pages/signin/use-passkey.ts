import { offerInAutofill, passkeysWork, signInWithPasskey } from '@kumkm/shared/session/passkeys.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { waysQuery } from './queries.ts';

interface ByPasskey {
  /** Whether server and browser know passkeys. */
  readonly offered: boolean;
  readonly pending: boolean;
  readonly fault: unknown;
  readonly enter: () => void;
}

/**
 * Signing in with a passkey: by a button, and where the user name is typed by the browser itself.
 *
 * `accountId`: whose session goes on; undefined where anybody may sign in.
 */
export function useByPasskey(accountId: string | undefined): ByPasskey {
  const ways = useQuery(waysQuery);
  const offered = ways.data?.passkeys === true && passkeysWork();
  const [refused, setRefused] = useState<unknown>();
  const entering = useMutation({
    mutationFn: () => signInWithPasskey({ accountId }),
    onMutate: () => setRefused(undefined),
  });
  const asking = entering.isPending; // one question at a time: the browser takes the offer back meanwhile
  useEffect(() => {
    if (offered && !asking) return offerInAutofill(accountId, setRefused);
    return undefined;
  }, [offered, asking, accountId]);
  return {
    offered,
    pending: asking,
    fault: entering.error ?? refused,
    enter: () => entering.mutate(),
  };
}
