import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery } from '../../data/pages.ts';
import type { View } from '../../view.ts';
import type { CasesSearch } from './search.ts';

export type Case = components['schemas']['CaseOut'];
export type Side = components['schemas']['Side'];
export type Resolution = components['schemas']['ResolutionIn'];
export type Held = components['schemas']['HeldItem'];
export type HeldDecision = components['schemas']['HeldDecision'];

const A_PAGE = 25;

/** Cases of a state, the most probable first where they wait. Not asked again by itself: it is worked through. */
export function casesQuery({ region, campaign }: View, { state, kind, assigned }: CasesSearch) {
  const asked = {
    state: state ?? ('open' as const),
    ...(state === undefined ? { order: 'probable' as const } : {}),
    ...(assigned === undefined ? {} : { assigned }),
    ...(kind === undefined ? {} : { kind }),
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
  };
  return {
    ...pagesQuery(['cases', asked], A_PAGE, ({ page, signal }) =>
      got(api.GET('/v1/duplicates', { signal, params: { query: { ...asked, ...page } } })),
    ),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  };
}

export function caseQuery(id: string) {
  return queryOptions({
    queryKey: ['case', id],
    queryFn: ({ signal }) => got(api.GET('/v1/duplicates/{id}', { signal, params: { path: { id } } })),
    refetchOnWindowFocus: false,
  });
}

export async function resolve(id: string, body: Resolution): Promise<Case> {
  return await got(api.POST('/v1/duplicates/{id}/resolution', { params: { path: { id } }, body }));
}

/** Decides on several cases of one kind as two businesses each. The same again changes nothing. */
export async function resolveSeveral(
  kind: 'likely' | 'same_owner',
  ids: readonly string[],
  reason: string,
): Promise<readonly components['schemas']['CaseDecisionOut'][]> {
  const body = { kind, decision: 'separate' as const, reason, case_ids: [...ids] };
  return (await got(api.POST('/v1/duplicates/resolutions', { body }))).items;
}

export async function undoResolution(id: string, reason: string): Promise<Case> {
  return await got(
    api.POST('/v1/duplicates/{id}/resolution/undo', { params: { path: { id } }, body: { reason } }),
  );
}

/** Takes the most probable group that nobody has; none is left where there are no cases. */
export async function takeNext({ region, campaign }: View, { kind }: CasesSearch): Promise<readonly Case[]> {
  const body = {
    ...(kind === undefined ? {} : { kind }),
    ...(region === undefined || region === 'ID' ? {} : { region }),
    ...(campaign === undefined ? {} : { campaign }),
  };
  return (await got(api.POST('/v1/duplicates/next', { body }))).items;
}

export async function giveBack(id: string): Promise<void> {
  await got(api.DELETE('/v1/duplicates/{id}/assignment', { params: { path: { id } } }));
}

export const heldQuery = {
  ...pagesQuery(['held'], A_PAGE, ({ page, signal }) =>
    got(api.GET('/v1/held', { signal, params: { query: page } })),
  ),
  staleTime: 60_000,
};

export function heldItemQuery(id: string) {
  return queryOptions({
    queryKey: ['held-item', id],
    queryFn: ({ signal }) => got(api.GET('/v1/held/{id}', { signal, params: { path: { id } } })),
    refetchOnWindowFocus: false,
  });
}

export async function release(id: string): Promise<HeldDecision> {
  return await got(api.POST('/v1/held/{id}/release', { params: { path: { id } } }));
}

export async function refuse(id: string, reason: string): Promise<HeldDecision> {
  return await got(api.POST('/v1/held/{id}/refuse', { params: { path: { id } }, body: { reason } }));
}
