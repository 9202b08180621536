import type { Problem } from '@kumkm/shared/api/problem.ts';
import { askForWays } from '@kumkm/shared/session/wire.ts';
import type { Language } from '@kumkm/shared/texts/language.ts';
import { queryOptions } from '@tanstack/react-query';

/** How one may sign in here. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  queryFn: askForWays,
  staleTime: Number.POSITIVE_INFINITY,
});

/** The problem of a code that an address names; null for one that no sign-in ends with. */
export function problemQuery(code: string, language: Language) {
  return queryOptions({
    queryKey: ['problem', code, language],
    queryFn: async (): Promise<Problem | null> => {
      const { default: words } = await import('@kumkm/shared/api/words.json');
      const found = Object.entries(words.problems).find(([known]) => known === code)?.[1];
      if (found === undefined) return null;
      const { title, detail, retryable } = found;
      const type = `urn:kumkm:problem:${code}`;
      // Not an answer of the server: there is no request to name.
      return {
        type,
        code,
        status: 400,
        title: title[language],
        detail: detail[language],
        trace_id: '',
        retryable,
        errors: [],
        current: null,
      };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
