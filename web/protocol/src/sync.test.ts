// A tablet keeps the contract, one rule after the other; the numbers are those of `openapi/README.md`.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { receiptOf } from './batches.ts';
import { afterChanges, Changes } from './changes.ts';
import { Answer, Offline, Refused, SignInNeeded } from './network.ts';
import type { Item } from './outbox.ts';
import { afterReconcile, stateOf } from './states.ts';
import { problem } from './testing/answers.ts';
import { Bench } from './testing/bench.ts';

const item = (name: string, answers: Record<string, unknown> = {}): Item => ({
  questionnaire: 'umkm@1',
  region_code: '16.01.14.1003',
  captured_at: '2022-09-12T09:14:40+07:00',
  answers: { legal_name: name, kbli: '47112', ...answers },
});

async function enrolled(skew = 0): Promise<Bench> {
  const bench = new Bench(skew);
  await bench.tablet.enrol('enumerator', 'password', 'Tablet');
  return bench;
}

const states = async (bench: Bench) => (await bench.tablet.outbox.rows()).map((row) => row.state);
const failed = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (fault: unknown) => fault,
  );

// biome-ignore lint/suspicious/noExplicitAny: the vectors are the contract's
const vectors = (name: string): any =>
  JSON.parse(readFileSync(new URL(`../../../openapi/vectors/${name}.json`, import.meta.url), 'utf8'));

test('vectors: cursors', () => {
  for (const each of vectors('cursors').cases) {
    const { cursor, reconcile } = afterChanges(each.kept, each.answer);
    expect({ cursor, reconcile }, JSON.stringify(each)).toEqual({
      cursor: each.then,
      reconcile: each.reconcile,
    });
  }
});

test('vectors: actions of outcomes, and states after reconciling', () => {
  const told = vectors('outcomes');
  const states: Record<string, string> = { purge: 'acknowledged', keep: 'kept', fix: 'to_fix' };
  for (const [outcome, client_action] of Object.entries(told.client_action)) {
    expect(stateOf({ outcome, client_action })).toBe(states[String(client_action)]);
  }
  for (const { receipt, reconcile } of told.standing.cases) {
    if (receipt !== null) expect(stateOf(receipt)).toBe(states[receipt.client_action]);
    if (reconcile.state === 'stored') expect(stateOf(reconcile)).toBe(states[reconcile.client_action]);
  }
  for (const each of told.after_reconcile.cases) {
    const verdict = afterReconcile({ state: 'acknowledged', outcome: null, told: null }, each);
    expect(verdict === 'confirmed' ? verdict : verdict?.state, JSON.stringify(each)).toBe(each.then);
  }
});

test('R10, R11, R18, R36: recorded, sent as it was recorded, confirmed, and purged after three days', async () => {
  const bench = await enrolled(86_400 * 9);
  const row = await bench.tablet.record(
    'c',
    item('Warung', { zero: '007', nothing: null, tiny: 1e-7, big: 2n ** 60n }),
  );
  await bench.tablet.sync();
  expect(await states(bench)).toEqual(['confirmed']);
  const stored = bench.server.stored.get(`${row.record_id}/1`);
  expect(stored?.content).toContain(
    '"big":1152921504606846976,"kbli":"47112","legal_name":"Warung","nothing":null',
  );
  expect((await bench.tablet.sync()).purged).toBe(0);
  bench.now += 3 * 86_400_000 + 1000;
  expect((await bench.tablet.sync()).purged).toBe(1);
  expect(await bench.tablet.outbox.content(row)).toBeNull();
});

test('R20 to R22: what is not the receipt is no answer, and the same batch goes out again', async () => {
  const bench = await enrolled();
  await bench.tablet.record('c', item('Warung'));
  const portals = [{ kind: 'portal' }, { kind: 'empty_json' }, { kind: 'proxy_404' }] as const;
  for (const trouble of portals) {
    bench.server.troubles = [{ kind: 'none' }, trouble, trouble];
    await bench.tablet.sync();
  }
  expect(bench.server.stored.size).toBe(1);
  expect(bench.server.violations).toEqual([]);
});

test('R20, R21, R39: a receipt has this batch, and a line for each item in order', async () => {
  const bench = await enrolled();
  const rows = [await bench.tablet.record('c', item('a')), await bench.tablet.record('c', item('b'))];
  const batch = await bench.tablet.outbox.nextBatch({ items: 5, bytes: 9_999 });
  if (batch === null) throw new Error('nothing waits');
  const lines = rows.map(({ record_id, revision }) => ({
    record_id,
    revision,
    outcome: 'accepted',
    client_action: 'purge',
  }));
  const [first, second] = lines;
  const said = (body: unknown, status = 200) =>
    receiptOf(
      new Answer(status, new Headers(), new Uint8Array(new TextEncoder().encode(JSON.stringify(body)))),
      batch,
    );
  expect(said({ batch_id: batch.id, items: lines })).toEqual(lines);
  expect(said({ batch_id: batch.id, items: lines }, 201)).toEqual(lines);
  expect(
    said({ batch_id: batch.id, items: [{ ...first, record_id: null, revision: null }, second] }),
  ).not.toBeNull();
  for (const wrong of [
    { batch_id: rows[0]?.record_id, items: lines },
    { batch_id: batch.id, items: lines.slice(1) },
    { batch_id: batch.id, items: lines.slice(0, 1) },
    { batch_id: batch.id, items: [...lines, first] },
    { batch_id: batch.id, items: [second, first] },
    { batch_id: batch.id, items: [first, { ...second, revision: 2 }] },
    { batch_id: batch.id, items: [first, null] },
    { batch_id: batch.id, items: { 0: first, 1: second, length: 2 } },
    { batch_id: batch.id },
    [lines],
    null,
  ]) {
    expect(said(wrong), JSON.stringify(wrong)).toBeNull();
  }
  expect(said({ batch_id: batch.id, items: lines }, 202)).toBeNull();
});

test('R36, R37: what the server lost quietly is sent again, however long ago it was confirmed', async () => {
  const bench = await enrolled();
  const row = await bench.tablet.record('c', item('Warung'));
  await bench.tablet.sync();
  bench.server.stored.delete(`${row.record_id}/1`);
  bench.now += 30 * 86_400_000;
  expect((await bench.tablet.sync()).purged).toBe(0);
  expect(await states(bench)).toEqual(['queued']);
  await bench.tablet.sync();
  // A receipt that came again is one of the batch that the server still has; under a new id it is judged.
  expect(bench.server.stored.size).toBe(1);
});

test('R14, R15, R16: keep, fix and what is not known', async () => {
  const bench = await enrolled();
  const rows = [];
  for (const wish of ['held', 'invalid', 'conflict', 'new_word', 'duplicate']) {
    rows.push(await bench.tablet.record('c', item(wish, { wish })));
  }
  const report = await bench.tablet.sync();
  expect(report.heard.map((each) => each.outcome)).toEqual([
    'held',
    'invalid',
    'conflict',
    'new_word',
    'duplicate',
  ]);
  expect(await states(bench)).toEqual(['kept', 'to_fix', 'kept', 'kept', 'confirmed']);
  const sent = () => bench.server.requests.filter((each) => each.startsWith('PUT')).length;
  const before = sent();
  await bench.tablet.sync();
  expect(sent()).toBe(before);
  bench.server.decide(rows[0]?.record_id ?? '');
  await bench.tablet.sync();
  expect((await states(bench))[0]).toBe('confirmed');
  const corrected = await bench.tablet.record('c', { ...item('fixed'), record_id: rows[1]?.record_id ?? '' });
  expect(corrected.revision).toBe(2);
  expect((await states(bench))[1]).toBe('superseded');
});

test('R58: a visit supersedes no interview that waits to be corrected', async () => {
  const bench = await enrolled();
  const { record_id } = await bench.tablet.record('c', item('x', { wish: 'invalid' }));
  await bench.tablet.sync();
  const visit = { record_id, questionnaire: 'visit@1', answers: { result: 'absent' } };
  await bench.tablet.record('c', { ...item('x'), ...visit });
  expect(await states(bench)).toEqual(['to_fix', 'queued']);
  await bench.tablet.record('c', { ...item('x'), record_id });
  expect(await states(bench)).toEqual(['superseded', 'queued', 'queued']);
});

test('R23 to R25: one item that is refused keeps no other from the server', async () => {
  const bench = await enrolled();
  for (let each = 0; each < 5; each += 1) await bench.tablet.record('c', item(`Warung ${each}`));
  bench.server.refusesBatch = (items) =>
    items.some(({ answers }) => answers.legal_name === 'Warung 3') ? problem(422, 'malformed_item') : null;
  await bench.tablet.sync();
  expect(bench.server.stored.size).toBe(4);
  expect(await states(bench)).toEqual(['confirmed', 'confirmed', 'confirmed', 'to_fix', 'confirmed']);
  bench.server.refusesBatch = (items) => (items.length > 1 ? problem(413, 'body_too_large') : null);
  for (let each = 5; each < 9; each += 1) await bench.tablet.record('c', item(`Warung ${each}`));
  await bench.tablet.sync();
  expect(bench.server.stored.size).toBe(8);
  expect(bench.server.violations).toEqual([]);
});

test('R27: batches keep to the limits of items and bytes', async () => {
  const bench = await enrolled();
  bench.server.limits = { ...bench.server.limits, max_items: 50, max_bytes: 12_000 };
  for (let each = 0; each < 12; each += 1)
    await bench.tablet.record('c', item('x'.repeat(3_000 + 100 * each)));
  await bench.tablet.sync();
  expect(bench.server.stored.size).toBe(12);
  expect(bench.server.violations).toEqual([]);
});

test('R03, R04: a refresh whose answer was lost is repeated, also after a restart', async () => {
  const bench = await enrolled();
  await bench.tablet.record('c', item('Warung'));
  bench.server.troubles = [
    { kind: 'expired' },
    { kind: 'lost' },
    { kind: 'lost' },
    { kind: 'lost' },
    { kind: 'lost' },
  ];
  expect(await failed(bench.tablet.sync())).toBeInstanceOf(Offline);
  bench.restart();
  await bench.tablet.sync();
  expect(bench.server.violations).toEqual([]);
  expect(bench.server.stored.size).toBe(1);
});

test('R57: after a failover that lost the last refreshes the attempts before are repeated, the newest first', async () => {
  const bench = await enrolled();
  for (let each = 0; each < 3; each += 1) {
    bench.server.troubles = [{ kind: 'expired' }];
    await bench.tablet.sync();
  }
  bench.server.session.loseRefreshes(2);
  await bench.tablet.record('c', item('Warung'));
  bench.server.troubles = [{ kind: 'expired' }];
  await bench.tablet.sync();
  expect(bench.server.stored.size).toBe(1);
  expect(bench.server.violations.filter((each) => each !== 'an unknown refresh token')).toEqual([]);
});

test("R06: a refusal that is not the server's ends no session", async () => {
  const bench = await enrolled();
  await bench.tablet.record('c', item('Warung'));
  const portals = { kind: 'proxy_404' } as const;
  bench.server.troubles = [{ kind: 'expired' }, portals, portals, portals, portals];
  expect(await failed(bench.tablet.sync())).toBeInstanceOf(Offline);
  await bench.tablet.sync();
  expect(bench.server.stored.size).toBe(1);
});

test('R30, R31: never sooner than Retry-After, also after a restart', async () => {
  const bench = await enrolled();
  await bench.tablet.record('c', item('Warung'));
  bench.server.troubles = [{ kind: 'none' }, { kind: 'busy', seconds: 400 }];
  await bench.tablet.sync();
  expect(Math.max(...bench.slept)).toBeGreaterThanOrEqual(400);
  await bench.tablet.record('c', item('Toko'));
  const busy = { kind: 'busy', seconds: 100 } as const;
  bench.server.troubles = [busy, busy, busy, busy];
  expect(await failed(bench.tablet.sync())).toBeInstanceOf(Offline);
  bench.restart();
  await bench.tablet.sync();
  expect(bench.server.violations).toEqual([]);
  expect(bench.server.stored.size).toBe(2);
});

test('R43, R44, R56: a restored server gets back what it lost, and nothing twice', async () => {
  for (const restored of [true, false]) {
    const bench = await enrolled();
    for (let each = 0; each < 12; each += 1) await bench.tablet.record('c', item(`Warung ${each}`));
    await bench.tablet.sync();
    const before = new Map(bench.server.stored);
    bench.server.lose(2, restored);
    expect(bench.server.stored.size).toBeLessThan(12);
    await bench.tablet.sync();
    await bench.tablet.sync();
    expect(new Map([...bench.server.stored].map(([key, each]) => [key, each.content]))).toEqual(
      new Map([...before].map(([key, each]) => [key, each.content])),
    );
    expect(bench.server.violations).toEqual([]);
  }
});

test('R43: after 410 what is missing is sent before changes are read from the start, also without newest_batch', async () => {
  const bench = await enrolled();
  bench.server.tellsNewest = false;
  for (let each = 0; each < 3; each += 1) await bench.tablet.record('c', item(`Warung ${each}`));
  await bench.tablet.sync();
  bench.server.lose(1, true);
  const asked = bench.server.requests.length;
  await bench.tablet.sync();
  expect(bench.server.stored.size).toBe(3);
  const since = bench.server.requests.slice(asked).map((each) => each.split('/')[3]);
  expect(since.filter((each) => each !== 'listing' && each !== 'known-identities')).toEqual([
    ...['handshake', 'changes', 'reconcile', 'batches', 'changes', 'reconcile'],
  ]);
});

test('R18, R19: the same batch id after a restart, another one for what is left after a tombstone', async () => {
  const bench = await enrolled();
  const rows = [await bench.tablet.record('c', item('a')), await bench.tablet.record('c', item('b'))];
  const lost = { kind: 'lost' } as const;
  const none = { kind: 'none' } as const;
  bench.server.troubles = [none, lost, none, lost, none, lost, none, lost];
  expect(await failed(bench.tablet.sync())).toBeInstanceOf(Offline);
  bench.restart();
  const [batch] = await bench.tablet.outbox.openBatches();
  const sent = () => new Set(bench.server.requests.filter((each) => each.startsWith('PUT')));
  expect([...sent()]).toEqual([`PUT /v1/sync/batches/${batch?.id}`]);
  bench.server.troubles = [none, lost, none, lost, none, lost, none, lost];
  expect(await failed(bench.tablet.sync())).toBeInstanceOf(Offline);
  expect(sent().size).toBe(1);
  bench.server.erase(rows[0]?.record_id ?? '');
  await new Changes(bench.tablet.network).pull(
    () => {},
    async () => {},
  );
  expect(await states(bench)).toEqual(['queued']);
  await bench.tablet.sync();
  expect(sent().size).toBe(2);
  expect(bench.server.violations).toEqual([]);
});

test('what a person corrects while the server is asked stays corrected', async () => {
  const bench = await enrolled();
  const { record_id } = await bench.tablet.record('c', item('x', { wish: 'invalid' }));
  await bench.tablet.sync();
  bench.server.lose(1, true);
  bench.server.meanwhile = async (path) => {
    if (!path.endsWith('/reconcile')) return;
    bench.server.meanwhile = null;
    await bench.tablet.record('c', { ...item('y'), record_id });
  };
  await bench.tablet.sync();
  expect(await states(bench)).toEqual(['superseded', 'confirmed']);
  expect([...bench.server.stored.keys()]).toEqual([`${record_id}/2`]);
});

test('a return that comes after its correction was recorded changes nothing', async () => {
  const bench = await enrolled();
  const { record_id } = await bench.tablet.record('c', item('x'));
  await bench.tablet.sync();
  bench.server.giveBack(record_id);
  await bench.tablet.record('c', { ...item('y'), record_id });
  await new Changes(bench.tablet.network).pull(
    () => {},
    async () => {},
  );
  expect(await states(bench)).toEqual(['confirmed', 'queued']);
});

test('R45, R46: a tombstone removes all of its record, a returned record comes back with its answers', async () => {
  const bench = await enrolled();
  const [erased, returned] = [
    await bench.tablet.record('c', item('a')),
    await bench.tablet.record('c', item('b')),
  ];
  await bench.tablet.photos.add(erased.record_id, 'place', 'image/jpeg', new Uint8Array([1, 2, 3]));
  await bench.tablet.sync();
  bench.now += 4 * 86_400_000;
  await bench.tablet.sync();
  bench.server.erase(erased.record_id);
  bench.server.giveBack(returned.record_id);
  await bench.tablet.photos.add(erased.record_id, 'place', 'image/jpeg', new Uint8Array([1, 2, 3, 4]));
  const report = await bench.tablet.sync();
  expect(report.changes.map((change) => change.kind)).toEqual(['tombstone', 'review']);
  const rows = await bench.tablet.outbox.rows();
  expect(rows.map((row) => [row.record_id, row.state, row.told?.reason])).toEqual([
    [returned.record_id, 'returned', 'Periksa lagi'],
  ]);
  expect((await bench.tablet.outbox.item(rows[0] ?? returned))?.answers.legal_name).toBe('b');
  expect(await bench.tablet.photos.all()).toEqual([]);
});

test('R49, R50: a photo goes on at the byte where it was cut', async () => {
  const bench = await enrolled();
  const { record_id } = await bench.tablet.record('c', item('a'));
  const content = new Uint8Array(700_000).map((_, at) => (at * 31) % 251);
  const photo = await bench.tablet.photos.add(record_id, 'place', 'image/jpeg', content);
  const none = { kind: 'none' } as const;
  const lost = { kind: 'lost' } as const;
  bench.server.troubles = [none, none, none, none, none, lost, lost, none, lost];
  await failed(bench.tablet.sync());
  await bench.tablet.sync();
  expect(bench.server.photos.stored.get(`${record_id}/${photo.sha256}/place`)).toEqual(content);
  expect(await bench.tablet.photos.all()).toEqual([]);
});

test('R49: a photo whose length another app declared wrongly is sent from its start', async () => {
  const bench = await enrolled();
  const { record_id } = await bench.tablet.record('c', item('a'));
  const content = new Uint8Array([1, 2, 3, 4, 5, 6]);
  const photo = await bench.tablet.photos.add(record_id, 'place', 'image/jpeg', content);
  const query = new URLSearchParams({ record_id, purpose: 'place' });
  const other = new Headers({ 'Upload-Offset': '0', 'Upload-Length': '13' });
  const begun: RequestInit = { method: 'PUT', body: content.slice(0, 3) };
  expect((await bench.server.photos.answer(begun, photo.sha256, query, other)).status).toBe(201);
  await bench.tablet.sync();
  expect(bench.server.photos.stored.get(`${record_id}/${photo.sha256}/place`)).toEqual(content);
  expect(await bench.tablet.photos.all()).toEqual([]);
});

test('R09: a revoked tablet hands over, reads nothing and deletes nothing', async () => {
  const bench = await enrolled();
  await bench.tablet.record('c', item('a'));
  bench.server.deviceState = 'revoked';
  const asked = bench.server.requests.length;
  const report = await bench.tablet.sync();
  expect([report.deviceState, await states(bench)]).toEqual(['revoked', ['kept']]);
  expect(bench.server.requests.slice(asked).join()).not.toMatch(/changes|listing|reference|known/);
});

test('R53, R29: a 403 ends the sync, and everything stays', async () => {
  const bench = await enrolled();
  await bench.tablet.record('c', item('a'));
  bench.server.refusesBatch = () => problem(403, 'account_deactivated');
  const fault = await failed(bench.tablet.sync());
  expect(fault).toBeInstanceOf(Refused);
  expect((fault as Refused).code).toBe('account_deactivated');
  expect(await states(bench)).toEqual(['sending']);
});

test('R59: listing page by page, areas that are forgotten, and again from the start after a restore', async () => {
  const bench = await enrolled();
  const entry = (id: string, region_code: string, name: string) => ({
    listing_id: id,
    region_code,
    name,
    state: 'open',
    answers: {},
  });
  bench.server.listing = [
    { forget: [], items: [entry('1', '16.01.14.1003', 'B'), entry('2', '16.01.14.1003', 'A')] },
    { forget: [], items: [entry('3', '16.01.13.1001', 'C')] },
    { forget: ['16.01.14'], items: [entry('2', '16.01.14.1003', 'A2')] },
  ];
  const names = async () => (await bench.tablet.listing.doors('c')).map((door) => door.entry.name);
  await bench.tablet.sync();
  expect(await names()).toEqual(['C', 'A2']);
  const row = await bench.tablet.record('c', { ...item('A2'), listing_id: '2' });
  expect((await bench.tablet.listing.doors('c'))[1]?.record_id).toBe(row.record_id);
  bench.server.lose(0, true);
  bench.server.listing = [{ forget: [], items: [entry('9', '16.01.14.1003', 'Z')] }];
  await bench.tablet.sync();
  expect(await names()).toEqual(['Z']);
});

test('R07, R08: an ended session asks for the password and deletes nothing', async () => {
  const bench = await enrolled();
  await bench.tablet.record('c', item('a'));
  const device = await bench.tablet.outbox.get('device_id');
  const fresh = new Bench();
  await fresh.tablet.record('c', item('b'));
  expect(await failed(fresh.tablet.sync())).toBeInstanceOf(SignInNeeded);
  expect(await states(fresh)).toEqual(['queued']);
  await bench.tablet.enrol('enumerator', 'password', 'Tablet');
  expect(await bench.tablet.outbox.get('device_id')).toBe(device);
  expect(await states(bench)).toEqual(['queued']);
});
