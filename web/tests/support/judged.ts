import { type APIRequestContext, expect, test } from '@playwright/test';
import { asked } from './api.ts';

const A_WHILE_MS = 120_000; // the server begins to judge when it starts, beside all that it is asked

/** Wait until the server has judged the demo's records. */
export async function judged(request: APIRequestContext): Promise<void> {
  test.info().setTimeout(test.info().timeout + A_WHILE_MS);
  const api = await asked(request, 'officer.oku');
  await expect
    .poll(async () => (await api.get('/v1/quality/enumerators?limit=1')).items.length, {
      message: 'the server judges the records',
      timeout: A_WHILE_MS,
    })
    .toBe(1);
}
