import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery, wholeList } from '../../data/pages.ts';
import type { View } from '../../view.ts';

type Schemas = components['schemas'];
export type Rule = Schemas['HonourRuleOut'];
export type Run = Schemas['HonourRunOut'];
export type Statement = Schemas['HonourStatementOut'];
export type StatementLine = Schemas['HonourLineOut'];

/** The keys of all queries of honour begin so. */
export const HONOUR = ['honour'] as const;
const AT_ONCE = 1000;
const ROWS = 100;

const ofCampaign = ({ campaign }: View) => (campaign === undefined ? {} : { campaign });
const ofRegion = (region: string) => (region === 'ID' ? {} : { region });

/** The rules of the campaign. */
export function rulesQuery(view: View) {
  const query = ofCampaign(view);
  return queryOptions({
    queryKey: [...HONOUR, 'rules', query],
    queryFn: ({ signal }) => got(api.GET('/v1/honour/rules', { signal, params: { query } })),
  });
}

/** Which records a rule pays. */
export type Counted = Schemas['HonourRuleIn']['counts'];

export const countedOf = (counts: string): Counted => (counts === 'verified' ? 'verified' : 'entered');

/** Put these in the place of all rules. */
export async function putRules(campaign: string, rules: readonly Rule[]): Promise<void> {
  const body = { rules: rules.map((rule) => ({ ...rule, counts: countedOf(rule.counts) })) };
  await got(api.PUT('/v1/honour/rules', { params: { query: { campaign } }, body }));
}

/** The runs of a region and of those below it, the newest first. */
export function runsQuery(region: string, view: View) {
  const asked = { ...ofRegion(region), ...ofCampaign(view) };
  return queryOptions({
    queryKey: [...HONOUR, 'runs', asked],
    queryFn: async ({ signal }) =>
      (
        await wholeList(AT_ONCE, (page) =>
          got(api.GET('/v1/honour/runs', { signal, params: { query: { ...asked, ...page } } })),
        )
      ).items,
  });
}

export const makeRun = (body: Schemas['HonourRunIn']): Promise<Run> =>
  got(api.POST('/v1/honour/statements', { body }));

/** The statements of a run, or all that the account may see. They never change. */
export function statementsQuery(view: View, run: string | undefined) {
  const asked = run === undefined ? ofCampaign(view) : { run };
  return pagesQuery([...HONOUR, 'statements', asked], ROWS, ({ page, signal }) =>
    got(api.GET('/v1/honour/statements', { signal, params: { query: { ...asked, ...page } } })),
  );
}

/** One statement with its months. */
export function statementQuery(id: string) {
  return queryOptions({
    queryKey: [...HONOUR, 'statement', id],
    queryFn: ({ signal }) => got(api.GET('/v1/honour/statements/{id}', { signal, params: { path: { id } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
