import { apiRoot } from '@kumkm/shared/api/base.ts';
import { problemOf, send } from '@kumkm/shared/api/client.ts';
import { queryOptions } from '@tanstack/react-query';
import type { View } from '../../view.ts';

export type Form = 'pdf' | 'xlsx';

/** What a report is about: a cut-off, or the region and day of the view. */
export function askedOf(
  region: string,
  { campaign, as_of }: View,
  cutoff: string | undefined,
): URLSearchParams {
  if (cutoff !== undefined) return new URLSearchParams({ cutoff });
  return new URLSearchParams({
    region,
    ...(campaign === undefined ? {} : { campaign }),
    ...(as_of === undefined ? {} : { as_of }),
  });
}

/** The text for a messenger. */
export function recapQuery(asked: URLSearchParams) {
  return queryOptions({
    queryKey: ['reports', 'recap', asked.toString()],
    queryFn: async ({ signal }) =>
      await (await fetched(`recap?${asked}`, { headers: { Accept: 'text/plain' }, signal })).text(),
  });
}

/** The file of the meeting report. */
export async function meetingFile(form: Form, asked: URLSearchParams): Promise<Blob> {
  return await (await fetched(`meeting.${form}?${asked}`)).blob();
}

/** The token goes along as a header, so it cannot be a link. */
async function fetched(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await send(new Request(`${apiRoot()}/v1/reports/${path}`, init));
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => undefined));
  return answer;
}
