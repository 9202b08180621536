import { apiRoot } from '@kumkm/shared/api/base.ts';
import { api, done, got, problemOf, send } from '@kumkm/shared/api/client.ts';
import type { components, paths } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import type { Business } from '../../data/business.ts';
import { pagesQuery } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import { isNumber, type RegisterSearch } from './search.ts';

type Schemas = components['schemas'];
export type Listed = Schemas['BusinessListed'];
export type Correction = Schemas['CorrectionIn'];
export type Job = Schemas['ExportJobOut'];
export type Format = Schemas['ExportIn']['format'];
export type Number_ = Schemas['LookupIn'];
type Filters = NonNullable<paths['/v1/businesses']['get']['parameters']['query']>;

const A_PAGE = 50;
/** Fewer letters find half of the register. */
const SHORTEST = 2;

/** What of a view the API is asked for. A number never goes into an address. */
export function asked({ region, campaign }: View, search: RegisterSearch, words: string): Filters {
  const { kind, size, state, verification, kbli, enumerator } = search;
  const q = words.trim();
  return {
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(kind === undefined ? {} : { kind }),
    ...(size === undefined ? {} : { size_class: size }),
    ...(state === undefined ? {} : { review_state: state }),
    ...(verification === undefined ? {} : { verification }),
    ...(kbli === undefined ? {} : { kbli }),
    ...(enumerator === undefined ? {} : { enumerator }),
    ...(q.length < SHORTEST || isNumber(q) ? {} : { q }),
  };
}

/** The register, page after page: by place, or the nearest name first. */
export function listQuery(filters: Filters) {
  return {
    ...pagesQuery(['businesses', filters], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/businesses', { signal, params: { query: { ...filters, ...page } } })),
    ),
    staleTime: 30_000,
    refetchOnWindowFocus: false,
  };
}

/** One business unmasked. It is kept by nobody but the page that asked. */
export async function unmasked(id: string, reason: string): Promise<Business> {
  return await got(
    api.GET('/v1/businesses/{business_id}', {
      cache: 'no-store',
      params: { path: { business_id: id }, header: { 'X-Access-Reason': reason } },
    }),
  );
}

export async function correct(id: string, body: Correction): Promise<Schemas['CorrectionOut']> {
  return await got(
    api.POST('/v1/businesses/{business_id}/corrections', { params: { path: { business_id: id } }, body }),
  );
}

/** Whether a number is known. It goes in the body, never in an address. */
export async function isKnown(number: Number_): Promise<boolean> {
  return (await got(api.POST('/v1/businesses/lookup', { body: number }))).known;
}

const MOVES_MS = 1_000;
const RESTS_MS = 30_000;

/** One's own exports; asked again every second while one is being made. */
export const jobsQuery = queryOptions({
  queryKey: ['exports'],
  queryFn: async ({ signal }) => (await got(api.GET('/v1/exports', { signal }))).items,
  refetchInterval: (query) => (query.state.data?.some(isMoving) === true ? MOVES_MS : RESTS_MS),
});

export function isMoving(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}

export interface Wanted {
  readonly filters: Filters;
  readonly format: Format;
  readonly excel: boolean;
  /** Why personal data goes out; undefined where it is masked. */
  readonly reason: string | undefined;
}

export async function makeExport({ filters, format, excel, reason }: Wanted): Promise<Job> {
  return await got(
    api.POST('/v1/exports', {
      params: { header: reason === undefined ? {} : { 'X-Access-Reason': reason } },
      body: { ...filters, format, excel, unmasked: reason !== undefined },
    }),
  );
}

export async function removeExport(id: string): Promise<void> {
  await done(api.DELETE('/v1/exports/{id}', { params: { path: { id } } }));
}

/** The file. */
export async function fileOf(job: Job): Promise<Blob> {
  return await fetched(`${job.id}/file`);
}

/** What all columns mean, as a page that stands alone. */
export async function codebook(): Promise<Blob> {
  return await fetched('businesses/codebook.html');
}

/** How the name of a file ends. */
export function endingOf(format: string): string {
  return format === 'geoparquet' ? 'geo.parquet' : format;
}

/** The token goes along as a header, so it cannot be a link. */
async function fetched(path: string): Promise<Blob> {
  const answer = await send(new Request(`${apiRoot()}/v1/exports/${path}`));
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => undefined));
  return await answer.blob();
}
