import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import { sessionState } from '@kumkm/shared/session/session.ts';
import { language } from '@kumkm/shared/texts/language.ts';
import { QueryClient } from '@tanstack/react-query';
import { letFollow } from './following.ts';

const TRIES = 3;

function again(failures: number, fault: Error): boolean {
  if (fault instanceof ApiProblem)
    return (fault.problem?.retryable ?? fault.status >= 500) && failures < TRIES;
  return fault instanceof Unreachable && failures < TRIES;
}

function pause(failures: number, fault: Error): number {
  const told = fault instanceof ApiProblem ? fault.retryAfter : undefined;
  return told !== undefined ? told * 1000 : Math.min(1000 * 2 ** failures, 15_000);
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: again, retryDelay: pause, staleTime: 2_000, refetchOnWindowFocus: true },
    mutations: { retry: false },
  },
});

letFollow(queries);

/** What one account saw is nothing for the next one at this desk. */
sessionState.subscribe(() => {
  if (sessionState.get() === 'signed_out') queries.clear();
  if (sessionState.get() === 'signed_in') void queries.invalidateQueries();
});

/** Answers hold sentences of the server, which come in the language that was spoken. */
language.subscribe(() => void queries.invalidateQueries());

/**
 * Options of a query that is asked again every four seconds while the page is seen. The browser sends the `ETag` that it
 * has, so that an answer without news costs a few bytes.
 */
export const LIVE = { refetchInterval: 4_000, refetchIntervalInBackground: false } as const;
