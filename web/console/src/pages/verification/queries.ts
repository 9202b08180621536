import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { fetched } from '../../data/documents.ts';
import { pagesQuery } from '../../data/pages.ts';
import { mediaType } from '../../parts/table-files.ts';
import type { View } from '../../view.ts';
import { isMoving } from './moving.ts';

type Schemas = components['schemas'];
export type Summary = Schemas['VerificationSummary'];
export type KindSummary = Schemas['KindSummary'];
export type Request_ = Schemas['RequestOut'];
export type Asked = Schemas['RequestIn'];
export type AnswersReport = Schemas['AnswersOut'];
export type FileForm = 'csv' | 'xlsx';

/** The keys of all queries of the page begin so. */
export const VERIFICATION = ['verification'] as const;
const ROWS = 50;
const MOVES_MS = 1_000;
const RESTS_MS = 30_000;

/** How many numbers of a region are in which state. */
export function summaryQuery(region: string, { campaign }: View) {
  const query = {
    ...(region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
    below: true,
  };
  return queryOptions({
    queryKey: [...VERIFICATION, 'summary', query],
    queryFn: ({ signal }) => got(api.GET('/v1/verification/summary', { signal, params: { query } })),
    refetchInterval: RESTS_MS,
  });
}

/** The requests of one's territory, the newest first; asked again every second while answers are being applied. */
export const requestsQuery = {
  ...pagesQuery([...VERIFICATION, 'requests'], ROWS, ({ page, signal }) =>
    got(api.GET('/v1/verification/requests', { signal, params: { query: page } })),
  ),
  staleTime: RESTS_MS,
};

/** One request; asked again every second while something of it is on its way. */
export function requestQuery(id: string) {
  return queryOptions({
    queryKey: [...VERIFICATION, 'request', id],
    queryFn: ({ signal }) =>
      got(
        api.GET('/v1/verification/requests/{request_id}', { signal, params: { path: { request_id: id } } }),
      ),
    refetchInterval: (query) =>
      query.state.data !== undefined && isMoving(query.state.data) ? MOVES_MS : RESTS_MS,
  });
}

/** Make a request. Its id is the client's, so that it is made once however often it is sent. */
export async function ask(asked: Asked, reason: string): Promise<Request_> {
  return await got(
    api.POST('/v1/verification/requests', {
      params: { header: { 'X-Access-Reason': reason } },
      body: asked,
    }),
  );
}

export interface FileWanted {
  readonly id: string;
  readonly form: FileForm;
  readonly excel: boolean;
  readonly reason: string;
}

/** The file for the agency, under the name that the server gives it. */
export async function requestFile({ id, form, excel, reason }: FileWanted): Promise<File> {
  const query = form === 'csv' && excel ? '?excel=true' : '';
  const answer = await fetched(`verification/requests/${id}/file.${form}${query}`, {
    headers: { 'X-Access-Reason': reason },
    cache: 'no-store',
  });
  const told = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1];
  return new File([await answer.blob()], told ?? `konfirmasi.${form}`);
}

/** Enter answers, or only try them. */
export async function sendAnswers(id: string, file: File, dryRun: boolean): Promise<AnswersReport> {
  return await got(
    api.POST('/v1/verification/requests/{request_id}/answers', {
      params: { path: { request_id: id }, query: { dry_run: dryRun } },
      body: '',
      bodySerializer: () => file,
      headers: { 'Content-Type': mediaType(file.name) },
    }),
  );
}
