import { setTimeout as pause } from 'node:timers/promises';
import type { APIRequestContext, Page } from '@playwright/test';
import { asked, newId, sendRecords } from '../support/api.ts';
import { crowd, listenerOn, processorTime, slowness } from '../support/machine.ts';
import { DEMO, expect, signIn, test } from '../support/test.ts';

const SESSIONS = 20;
const EVERY = 4_000; // milliseconds, as the pages ask
const FOLLOWS_EVERY = 10_000; // milliseconds at least between two askings of all else (`following.ts`)
const MEASURED = 40_000; // milliseconds
const BATCH_EVERY = 4_000;
const MOST = 5; // per cent of one core
const CROWDED = 1; // processes that want each core: with more, the same work takes a core more time

interface Asked {
  /** Again and again. */
  readonly polled: readonly string[];
  /** When an answer to one of those is another. */
  readonly following: readonly string[];
}

/** What an open page asks while nothing moves, and what when something does. */
async function askedBy(page: Page, request: APIRequestContext, address: string): Promise<Asked> {
  await signIn(page, 'coordinator.1', address);
  await page.waitForLoadState('networkidle');
  async function during(milliseconds: number): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    page.on('request', (each) => {
      const { pathname, search } = new URL(each.url());
      if (pathname.startsWith('/v1/') && each.method() === 'GET')
        found.set(pathname + search, (found.get(pathname + search) ?? 0) + 1);
    });
    await page.waitForTimeout(milliseconds);
    page.removeAllListeners('request');
    return found;
  }
  const polled = [...(await during(2.5 * EVERY))].filter(([, times]) => times > 1).map(([path]) => path);
  await sendRecords(request, [newId()]);
  const following = [...(await during(2.5 * EVERY)).keys()].filter((path) => !polled.includes(path));
  return { polled, following };
}

/** One session at its desk: asks as its page does, with the tags that it has. Gives how many answers of which status. */
async function sits(
  token: string,
  { polled, following }: Asked,
  first: number,
  until: () => boolean,
  statuses: Map<number, number>,
) {
  const tags = new Map<string, string>();
  let isBehind = false;
  let followedAt = 0;
  async function ask(path: string): Promise<number> {
    const tag = tags.get(path);
    const answer = await fetch(DEMO + path, {
      headers: { Authorization: `Bearer ${token}`, ...(tag === undefined ? {} : { 'If-None-Match': tag }) },
    });
    await answer.arrayBuffer();
    tags.set(path, answer.headers.get('ETag') ?? '');
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    return answer.status;
  }
  await pause(first);
  while (!until()) {
    const began = Date.now();
    for (const path of polled) isBehind = (await ask(path)) === 200 || isBehind;
    if (isBehind && began - followedAt >= FOLLOWS_EVERY) {
      [isBehind, followedAt] = [false, began];
      for (const path of following) await ask(path);
    }
    await pause(Math.max(0, EVERY - (Date.now() - began)));
  }
}

test('twenty coordinators who look at their pages cost the server a twentieth of a core', {
  tag: '@alone',
}, async ({ page, request }) => {
  test.skip(process.platform !== 'linux', 'reads /proc');
  test.setTimeout(300_000);
  const views = [await askedBy(page, request, '/'), await askedBy(page, request, '/petugas')];
  console.log(views);
  for (const { polled, following } of views) {
    expect(polled.length).toBeGreaterThan(0);
    expect(following.length).toBeGreaterThan(0);
  }
  await page.goto('about:blank'); // it asks no more
  const tokens = await Promise.all(
    Array.from({ length: 6 }, async (_, at) => (await asked(request, `coordinator.${at + 1}`)).token),
  );
  const server = [listenerOn(Number(new URL(DEMO).port))];
  let ended = false;
  const statuses = new Map<number, number>();
  const desks = Array.from({ length: SESSIONS }, (_, at) =>
    sits(
      tokens[at % tokens.length] ?? '',
      views[at % views.length] ?? { polled: [], following: [] },
      (at * EVERY) / SESSIONS,
      () => ended,
      statuses,
    ),
  );
  await pause(2 * EVERY);

  async function share(meanwhile: () => Promise<void>): Promise<number> {
    statuses.clear();
    const [began, before] = [Date.now(), processorTime(server)];
    await meanwhile();
    const used = (100 * (processorTime(server) - before)) / ((Date.now() - began) / 1000);
    const told = [...statuses].map(([status, times]) => `${times} × ${status}`).join(', ');
    console.log(`${used.toFixed(1)} % of one core; ${told}; ${crowd().toFixed(1)} processes want each core`);
    return used;
  }

  const still = await share(() => pause(MEASURED));
  expect(statuses.get(304) ?? 0).toBeGreaterThan(10 * (statuses.get(200) ?? 0));
  const moving = await share(async () => {
    for (let sent = 0; sent < MEASURED / BATCH_EVERY; sent += 1) {
      await sendRecords(
        request,
        Array.from({ length: 10 }, () => newId()),
      );
      await pause(BATCH_EVERY);
    }
  });
  expect(statuses.get(200) ?? 0).toBeGreaterThan(0);
  ended = true;
  await Promise.all(desks);
  if (crowd() < CROWDED) {
    const most = MOST * slowness(); // of a core as those of the documented figures
    expect(still, 'nothing moves').toBeLessThan(most);
    // Taking the batches is in it, too: 3.9 to 4.8 % in three runs.
    expect(moving, 'a batch every four seconds').toBeLessThan(1.5 * most);
  }
});
