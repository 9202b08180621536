import { api, done, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import { narrowedTo, QUALITY } from './queries.ts';
import type { QualitySearch } from './search.ts';

export type Reinterview = components['schemas']['ReinterviewOut'];
export type Sums = components['schemas']['AgreementSums'];
type Enumerator = components['schemas']['EnumeratorAgreement'];
type Reinterviewer = components['schemas']['ReinterviewerAgreement'];
export type QuestionAgreement = components['schemas']['QuestionAgreement'];

/** A person, whose records were drawn or who asks again. */
export type PersonAgreement = Sums & { readonly id: string; readonly name: string };

function personOf(row: Enumerator | Reinterviewer): PersonAgreement {
  return 'enumerator_id' in row
    ? { ...row, id: row.enumerator_id, name: row.enumerator_name }
    : { ...row, id: row.reinterviewer_id, name: row.reinterviewer_name };
}

const A_PAGE = 25;
const CALM = { staleTime: 60_000, refetchOnWindowFocus: false } as const;

/** The sample, a page after the other. */
export function reinterviewsQuery(view: View, search: QualitySearch) {
  const asked = { ...narrowedTo(view, search), state: search.again ?? ('all' as const) };
  return {
    ...pagesQuery([...QUALITY, 'reinterviews', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/quality/reinterviews', { signal, params: { query: { ...asked, ...page } } })),
    ),
    ...CALM,
  };
}

/** How far both interviews agree, of each person, a page after the other: who agrees least first. Each page has the sums
 * of everybody. */
export function peopleQuery(view: View, search: QualitySearch, by: 'enumerator' | 'reinterviewer') {
  const asked = { ...narrowedTo(view, search), by };
  return {
    ...pagesQuery([...QUALITY, 'agreement', asked], A_PAGE, async ({ page, signal }) => {
      const params = { query: { ...asked, ...page } };
      const { items, ...rest } = await got(api.GET('/v1/quality/agreement', { signal, params }));
      return { ...rest, items: (items as readonly (Enumerator | Reinterviewer)[]).map(personOf) };
    }),
    ...CALM,
  };
}

/** And of each question. */
export function questionsQuery(view: View, search: QualitySearch) {
  const query = { ...narrowedTo(view, search), by: 'question' as const };
  return queryOptions({
    queryKey: [...QUALITY, 'agreement', query],
    queryFn: async ({ signal }) => {
      const { items } = await got(api.GET('/v1/quality/agreement', { signal, params: { query } }));
      return items as readonly QuestionAgreement[];
    },
    ...CALM,
  });
}

/** Give a re-interview to an enumerator. */
export async function give(id: string, enumerator: string): Promise<void> {
  const params = { path: { reinterview_id: id } };
  await done(
    api.PUT('/v1/quality/reinterviews/{reinterview_id}/assignment', { params, body: { enumerator } }),
  );
}
