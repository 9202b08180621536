import { apiRoot } from '@kumkm/shared/api/base.ts';
import { problemOf, send } from '@kumkm/shared/api/client.ts';

export type Form = 'pdf' | 'xlsx';

/** What is no JSON: a file or a text. The token goes along as a header, so it cannot be a link. */
export async function fetched(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await send(new Request(`${apiRoot()}/v1/${path}`, init));
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => undefined));
  return answer;
}
