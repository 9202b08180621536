import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';

const LONGEST_WAIT_MS = 10_000;

/** Whether the same may be taken later: the server is away or busy, or the session is over. */
export function mayPass(fault: unknown): boolean {
  if (fault instanceof Unreachable) return true;
  return fault instanceof ApiProblem && (fault.status >= 500 || [401, 408, 425, 429].includes(fault.status));
}

interface Steady<In, Out> {
  readonly send: (told: In) => Promise<Out>;
  /** After an answer that did not come: whether it is done already, as it was told. */
  readonly wasDone: (told: In) => Promise<Out | undefined>;
  readonly onDone: (out: Out, told: In) => void;
  readonly changed: readonly QueryKey[];
}

/**
 * A decision that is made once: while the server is away it is sent again until it answers, and where it is refused after
 * an answer was lost, it is looked up whether it had come. So it is neither lost nor doubled.
 */
export function useSteady<In, Out>({ send, wasDone, onDone, changed }: Steady<In, Out>) {
  const client = useQueryClient();
  const lost = useRef(false); // whether an answer did not come
  return useMutation({
    mutationFn: async (told: In) => {
      try {
        return await send(told);
      } catch (fault) {
        if (mayPass(fault)) lost.current = true;
        else if (lost.current && fault instanceof ApiProblem && fault.status === 409) {
          const done = await wasDone(told);
          if (done !== undefined) return done;
        }
        throw fault;
      }
    },
    retry: (_, fault) => mayPass(fault),
    retryDelay: (failures) => Math.min(1_000 * 2 ** failures, LONGEST_WAIT_MS),
    networkMode: 'always',
    onMutate: () => {
      lost.current = false;
    },
    onSuccess: onDone,
    onSettled: () => {
      for (const queryKey of [...changed, ['queues']]) void client.invalidateQueries({ queryKey });
    },
  });
}
