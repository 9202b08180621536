import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import type { Day } from '@kumkm/shared/formats/dates.ts';
import { FOLLOWS } from '../../data/following.ts';
import { pagesQuery, rowsOfFile } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import { type DoorsSearch, dueBy } from './search.ts';

export type Door = components['schemas']['DoorOut'];

const A_PAGE = 20;

/** What the list is narrowed by. */
function doorsAsked({ region, campaign }: View, { state, due, enumerator }: DoorsSearch, today: Day) {
  return {
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
    state: state ?? ('open_visits' as const),
    ...(due === undefined ? {} : { due_by: dueBy(due, today) }),
    ...(enumerator === undefined ? {} : { enumerator }),
  };
}

/** Doors without an interview, a page after the other, by village. */
export function doorsQuery(view: View, search: DoorsSearch, today: Day) {
  const asked = doorsAsked(view, search, today);
  return {
    ...pagesQuery(['doors', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/doors', { signal, params: { query: { ...asked, ...page } } })),
    ),
    ...FOLLOWS,
  };
}

/** The same for a file. */
export async function doorsOfFile(view: View, search: DoorsSearch, today: Day): Promise<readonly Door[]> {
  const asked = doorsAsked(view, search, today);
  return await rowsOfFile((page) => got(api.GET('/v1/doors', { params: { query: { ...asked, ...page } } })));
}
