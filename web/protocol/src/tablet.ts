// A tablet: what it records, and the steps of a sync: handshake, send, reconcile, delete, read changes.
//
// Each step can be interrupted anywhere; the next sync goes on. A record is never deleted before both the receipt and
// reconciling have said that it is stored. One sync at a time, of one app: a browser's app takes a lock that its tabs share.

import { Batches, type Heard } from './batches.ts';
import { parseExactly } from './canonical.ts';
import { type Change, Changes } from './changes.ts';
import { nameIn } from './heard.ts';
import { stripped } from './identifiers.ts';
import { KNOWN_IDENTITIES, Known, NotAFilter } from './known.ts';
import { Listing } from './listing.ts';
import { type Answer, has, Network, Offline, Refused, type World } from './network.ts';
import { type Answers, type Item, Outbox, type Row, text } from './outbox.ts';
import { Photos } from './photos.ts';
import { Reconciling } from './reconciling.ts';
import { Reinterviews } from './reinterviews.ts';
import type { components } from './schema.d.ts';
import type { Seal, Store } from './store.ts';

export type Handshake = components['schemas']['HandshakeOut'];
export type Reference = components['schemas']['ReferenceOut'];

/** The steps of a sync, in their order. */
export type Step =
  | 'handshake'
  | 'send'
  | 'reconcile'
  | 'photos'
  | 'changes'
  | 'listing'
  | 'reference'
  | 'reinterviews'
  | 'done';

/** What a sync did, for people. */
export interface Report {
  heard: Heard[];
  purged: number;
  changes: Change[];
  /** Re-interviews that nobody needs any more: what was heard is deleted. */
  notNeeded: number;
  deviceState: string;
  /** Seconds by which the tablet's clock is ahead of the server's; the tablet corrects nothing by itself. */
  clockAhead: number;
}

const REFERENCE = has({ questionnaires: 'object', regions: 'array', kbli: 'array' });
const HANDSHAKE = has({
  ...{ server_time: 'string', retry: 'object', limits: 'object', device: 'object', campaigns: 'array' },
});

export class Tablet {
  readonly outbox: Outbox;
  readonly network: Network;
  readonly photos: Photos;
  readonly listing: Listing;
  readonly reinterviews: Reinterviews;
  private readonly reconciling: Reconciling;
  private readonly batches: Batches;
  private readonly changes: Changes;

  constructor(
    store: Store,
    seal: Seal,
    private readonly world: World,
  ) {
    this.outbox = new Outbox(store, seal, world.now);
    this.network = new Network(world, this.outbox);
    this.photos = new Photos(this.network);
    this.listing = new Listing(this.network);
    this.reinterviews = new Reinterviews(this.network);
    this.reconciling = new Reconciling(this.network);
    this.batches = new Batches(this.network, () => this.shakeHands());
    this.changes = new Changes(this.network);
  }

  /** Sign in, and fetch everything that is needed to work offline. @throws Refused, Offline. */
  async enrol(username: string, password: string, deviceName: string): Promise<void> {
    await this.network.signIn(username, password, deviceName);
    const shaken = await this.handshake();
    if (shaken.device.state === 'revoked') return; // it may hand over, and read nothing
    await this.refreshReference();
    await this.refreshKnown(shaken);
    await this.listing.sync(shaken);
    try {
      await this.reinterviews.sync(shaken);
    } catch (fault) {
      if (!(fault instanceof Offline || fault instanceof Refused)) throw fault; // the first sync fetches them
    }
  }

  /** Record an item: it is on disk when this is done. @throws NotCanonical */
  record(campaign: string, item: Item): Promise<Row> {
    return this.outbox.add(campaign, item);
  }

  /**
   * Send, reconcile, delete, read changes.
   *
   * @throws Offline, SignInNeeded: nothing is lost; the next sync goes on from here. Refused: the account may not.
   */
  async sync(tell: (step: Step, done: number, of: number) => void = () => {}): Promise<Report> {
    const report: Report = {
      ...{ heard: [], purged: 0, changes: [], notNeeded: 0, deviceState: 'active', clockAhead: 0 },
    };
    tell('handshake', 0, 1);
    // Until the next handshake answers, the waits of the last one hold.
    const last = await this.outbox.get<Handshake>('handshake');
    if (last !== null) this.world.waiting.learn(last.retry);
    const shaken = await this.shakeHands();
    report.deviceState = shaken.device.state;
    report.clockAhead = clockAhead(shaken, this.world.now());
    await this.push(report, tell);
    tell('reconcile', 0, 1);
    await this.reconciling.waiting();
    tell('photos', 0, 1);
    await this.photos.push((done, of) => tell('photos', done, of));
    if (report.deviceState === 'revoked') return report; // it may hand over, and read nothing
    tell('changes', 0, 1);
    await this.changes.pull(
      (changes) => report.changes.push(...changes),
      async () => {
        await this.askAboutEverything({});
        await this.push(report, tell);
      },
    );
    await this.reconciling.waiting();
    tell('listing', 0, 1);
    await this.listing.sync(shaken);
    report.purged = await this.reconciling.letGo();
    tell('reference', 0, 1);
    if ((await this.outbox.get('stale_reference')) !== null) await this.refreshReference();
    await this.refreshKnown(shaken);
    // The last: what may fail here, holds up nothing of the census.
    tell('reinterviews', 0, 1);
    report.notNeeded = (await this.reinterviews.sync(shaken)).notNeeded;
    tell('done', 1, 1);
    return report;
  }

  /** The questionnaires, regions and activities of the server; null before the tablet was enrolled. */
  async reference(): Promise<Reference | null> {
    const kept = await this.outbox.store.read((tables) => tables.get('blob', 'reference'));
    return kept === undefined ? null : (parseExactly(text(kept as Uint8Array)) as Reference);
  }

  /** Kinds of numbers that are probably recorded already for an owner of the name in the answers. */
  async probablyRecorded(
    numbers: readonly (readonly [string, string])[],
    answers: Answers,
  ): Promise<string[]> {
    const shaken = await this.outbox.get<Handshake>('handshake');
    const name = nameIn(answers);
    const found: string[] = [];
    for (const [regency, campaign] of regencies(shaken)) {
      const sealed = await this.outbox.store.read((tables) => tables.get('blob', knownAt(regency, campaign)));
      if (sealed === undefined) continue;
      const known = Known.read(await this.outbox.seal.open(sealed));
      for (const [kind, typed] of numbers) {
        const isKnown = await known.has(kind, stripped(typed).toUpperCase(), name);
        if (isKnown && !found.includes(kind)) found.push(kind);
      }
    }
    return found;
  }

  /** Shake hands, and if the server has lost what came before, reconcile first. */
  private async shakeHands(): Promise<Handshake> {
    const shaken = await this.handshake();
    if (await this.hasLost(shaken))
      await this.askAboutEverything({ newest_batch: shaken.newest_batch?.id ?? null });
    return shaken;
  }

  private async handshake(): Promise<Handshake> {
    const query = { app_version: this.world.appVersion, unsent: await this.outbox.unsent() };
    const answer = await this.network.send(
      'GET',
      '/v1/sync/handshake',
      { query },
      (each) => each.status === 200 && HANDSHAKE(each),
    );
    const shaken = answer.object as unknown as Handshake;
    this.world.waiting.learn(shaken.retry);
    await this.outbox.set({ handshake: shaken });
    return shaken;
  }

  /** Whether the server has lost a batch whose receipt came here: after a failover, or a restore. */
  private async hasLost(shaken: Handshake): Promise<boolean> {
    const receipted = await this.outbox.get<string>('newest_batch');
    if (receipted === null || shaken.newest_batch === undefined) return false;
    const newest = shaken.newest_batch?.id ?? null;
    // A batch that is stored may be one whose receipt has not come yet.
    const waiting = (await this.outbox.openBatches()).map((batch) => batch.id);
    return newest !== receipted && !(newest !== null && waiting.includes(newest));
  }

  private askAboutEverything(values: Readonly<Record<string, unknown>>): Promise<void> {
    return this.reconciling.everything(values);
  }

  private async push(report: Report, tell: (step: Step, done: number, of: number) => void): Promise<void> {
    const total = await this.outbox.unsent();
    tell('send', 0, total);
    await this.batches.push((lines) => {
      report.heard.push(...lines);
      tell('send', report.heard.length, Math.max(total, report.heard.length));
    });
  }

  /** Fetch regions, activities and questionnaires, if they changed. */
  private async refreshReference(): Promise<void> {
    const tag = await this.outbox.get<string>('reference_tag');
    const headers = tag === null ? {} : { 'If-None-Match': tag };
    const answer = await this.network.send('GET', '/v1/sync/reference', { headers }, REFERENCE);
    await this.outbox.store.write(async (tables) => {
      if (answer.status !== 304) {
        await tables.put('blob', 'reference', answer.content);
        await tables.put('meta', 'reference_tag', answer.headers.get('ETag'));
      }
      await tables.delete('meta', 'stale_reference');
    });
  }

  /** Fetch the filter of every regency that the enumerator works in, if it changed. */
  private async refreshKnown(shaken: Handshake): Promise<void> {
    for (const [region, campaign] of regencies(shaken)) {
      const place = knownAt(region, campaign);
      const tag = await this.outbox.get<string>(`tag ${place}`);
      const headers = { Accept: KNOWN_IDENTITIES, ...(tag === null ? {} : { 'If-None-Match': tag }) };
      try {
        const asked = { query: { region, campaign }, headers };
        const answer = await this.network.send('GET', '/v1/sync/known-identities', asked, isFilter);
        if (answer.status === 304) continue;
        const sealed = await this.outbox.seal.seal(answer.content);
        await this.outbox.store.write(async (tables) => {
          await tables.put('blob', place, sealed);
          await tables.put('meta', `tag ${place}`, answer.headers.get('ETag'));
        });
      } catch (fault) {
        if (!(fault instanceof Refused) || fault.status !== 404) throw fault; // nobody works there any more
      }
    }
  }
}

/** Regencies that the enumerator is assigned to, each with its campaign. */
function regencies(shaken: Handshake | null): [string, string][] {
  const found = new Map<string, [string, string]>();
  for (const campaign of shaken?.campaigns ?? []) {
    for (const { region } of campaign.assignments) {
      const regency = region.code.slice(0, 5);
      if (regency.includes('.')) found.set(`${regency} ${campaign.code}`, [regency, campaign.code]);
    }
  }
  return [...found.values()];
}

function knownAt(regency: string, campaign: string): string {
  return `known 2 ${regency} ${campaign}`;
}

function isFilter(answer: Answer): boolean {
  if (answer.status === 304) return true;
  if (answer.status !== 200 || !(answer.headers.get('Content-Type') ?? '').startsWith(KNOWN_IDENTITIES))
    return false;
  try {
    Known.read(answer.content);
    return true;
  } catch (fault) {
    if (fault instanceof NotAFilter) return false;
    throw fault;
  }
}

function clockAhead(shaken: Handshake, now: number): number {
  const moment = Date.parse(shaken.server_time);
  return Number.isNaN(moment) ? 0 : Math.round((now - moment) / 1000);
}
