import { refusalIn } from '@kumkm/shared/session/own-address.ts';

/**
 * Why the organisation's account signed nobody in: the code of a problem, where this page comes back from there.
 *
 * Loaded before the router, which then sees an address without it: who loads the page again begins without it.
 */
export const refusal = take();

function take(): string | undefined {
  const found = refusalIn(window.location.href);
  if (found === undefined) return undefined;
  window.history.replaceState(window.history.state, '', found.rest);
  return found.code;
}
