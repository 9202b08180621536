/** By which the server says in an address of ours why the organisation's account signed nobody in. */
const REFUSAL = 'masuk';

/** The longest address that the server keeps while somebody is at the organisation. */
const LONGEST = 1_000;

/** Where a tab is, without host and base: what the server is told to come back to. */
export function pageOf(at: { readonly pathname: string; readonly search: string }, base: string): string {
  const page = `/${at.pathname.slice(base.length)}${at.search}`;
  return page.length <= LONGEST ? page : '/';
}

/** The code of a refusal in an address, and the address without it; undefined where there is none. */
export function refusalIn(address: string): { readonly code: string; readonly rest: string } | undefined {
  const url = new URL(address);
  const code = url.searchParams.get(REFUSAL);
  if (code === null) return undefined;
  // The rest stays as it is, letter by letter.
  const left = url.search
    .slice(1)
    .split('&')
    .filter((pair) => !pair.startsWith(`${REFUSAL}=`));
  return { code, rest: url.pathname + (left.length > 0 ? `?${left.join('&')}` : '') };
}
