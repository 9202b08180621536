// A small server that keeps the contract and writes down what a client does against it. Its network fails as it is told.

import { gunzipSync } from 'node:zlib';
import { canonical, parseExactly, sha256 } from '../canonical.ts';
import { type Json, problem, response, type Told, type Trouble } from './answers.ts';
import { ModelPhotos } from './model-photos.ts';
import { ModelSession } from './model-session.ts';

interface Stored {
  content: string;
  outcome: string;
  action: string;
  batch: string;
}

/** A re-interview as the server has it; `versions`: what was heard, in order. */
export interface Asked {
  state: 'to_do' | 'done' | 'taken_away' | 'not_needed';
  versions: string[];
}
type ItemIn = { record_id: string; revision: number; questionnaire: string; answers: Json };

const ACTIONS: Record<string, string> = { conflict: 'keep', held: 'keep', invalid: 'fix', new_word: 'purge' };
const DAY = 86_400_000;

export class ModelServer {
  /** What a client did that the contract forbids. */
  readonly violations: string[] = [];
  readonly session = new ModelSession(this.violations);
  readonly photos = new ModelPhotos();
  readonly stored = new Map<string, Stored>();
  readonly requests: string[] = [];
  /** Troubles of the next requests; after them all is well. */
  troubles: Trouble[] = [];
  limits = { max_items: 5, max_bytes: 20_000, max_item_bytes: 8_000, max_photo_bytes: 1e6 };
  deviceState = 'active';
  listing: { forget: string[]; items: Json[] }[] = [];
  /** What happens on the tablet while a request is on its way. */
  meanwhile: ((path: string) => Promise<void>) | null = null;
  /** A server of contract 1.1 says nothing of its newest batch. */
  tellsNewest = true;
  /** Re-interviews by their ids, and whether a campaign says that it has some. */
  readonly again = new Map<string, Asked>();
  asksAgain = false;
  refusesBatch: ((items: ItemIn[]) => Told | null) | null = null;

  private batches = new Map<string, { items: string; body: Json; at: number }>();
  private newest: string | null = null;
  private changes: Json[] = [];
  private epoch = 1;
  private returns = new Map<string, Json>();
  private notBefore = new Map<string, number>();

  constructor(
    private readonly now: () => number,
    private readonly step: (what: string) => void = () => {},
  ) {}

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    this.step('request');
    const trouble = this.troubles.shift() ?? { kind: 'none' };
    const { pathname, searchParams } = new URL(url);
    this.requests.push(`${init.method} ${pathname}`);
    if (init.redirect !== 'error') this.violations.push('follows redirects');
    const wait = this.notBefore.get(pathname) ?? 0;
    if (this.now() < wait) this.violations.push(`${pathname} sooner than Retry-After`);
    if (trouble.kind === 'unsent') throw new TypeError('no network');
    if (trouble.kind === 'portal')
      return new Response('<html>Masuk dulu</html>', { headers: { 'Content-Type': 'text/html' } });
    if (trouble.kind === 'empty_json') return Response.json({});
    if (trouble.kind === 'proxy_404') return new Response('not here', { status: 404 });
    if (trouble.kind === 'expired') this.session.expire();
    await this.meanwhile?.(pathname);
    const told = this.troubled(trouble, pathname) ?? (await this.answer(pathname, searchParams, init));
    this.step('answered');
    if (trouble.kind === 'lost') throw new TypeError('connection reset');
    return response(told, trouble);
  };

  /** The server was restored, or a standby took over that was behind: the newest batches are gone. */
  lose(count: number, restored: boolean): void {
    const recent = [...this.batches].filter(([, batch]) => this.now() - batch.at < 2 * DAY).slice(-count);
    for (const [id] of recent) {
      this.batches.delete(id);
      for (const [key, stored] of this.stored) if (stored.batch === id) this.stored.delete(key);
    }
    this.newest = [...this.batches.keys()].at(-1) ?? null;
    if (restored) this.epoch += 1;
    // Later changes keep their numbers, so that a client whose batches are all there still reads what it has not read.
    const lost = (change: Json) => change.kind !== 'tombstone' && !this.hasRecord(String(change.record_id));
    this.changes = this.changes.map((change) => (lost(change) ? { kind: 'lost' } : change));
    for (const record_id of [...this.returns.keys()])
      if (!this.hasRecord(record_id)) this.returns.delete(record_id);
  }

  /** A supervisor returns the newest revision of a record, where that is an interview. */
  giveBack(record_id: string): void {
    const newest = this.newestOf(record_id);
    if (newest === null || newest.questionnaire.startsWith('visit@')) return;
    this.returns.set(record_id, { campaign: 'c', reason: 'Periksa lagi', item: newest });
    this.changes.push({
      kind: 'review',
      record_id,
      revision: newest.revision,
      decision: 'returned',
      reason: 'Periksa lagi',
    });
  }

  /** A supervisor decides on what was held or in conflict. */
  decide(record_id: string): void {
    for (const [key, stored] of this.stored) {
      if (key.startsWith(record_id) && stored.action === 'keep') {
        stored.action = 'purge';
        this.changes.push({
          kind: stored.outcome === 'held' ? 'held' : 'resolution',
          record_id,
          outcome: 'accepted',
        });
      }
    }
    this.changes.push({ kind: 'something_new', record_id });
  }

  /** A record is erased. */
  erase(record_id: string): void {
    for (const key of [...this.stored.keys()]) if (key.startsWith(record_id)) this.stored.delete(key);
    this.returns.delete(record_id);
    this.changes.push({ kind: 'tombstone', record_id });
  }

  hasRecord(record_id: string): boolean {
    return [...this.stored.keys()].some((key) => key.startsWith(record_id));
  }

  /** A client that was killed may not have kept what it was asked to wait. */
  forgiveWaits(): void {
    this.notBefore.clear();
  }

  private troubled(trouble: Trouble, path: string): Told | null {
    if (trouble.kind === 'in_flight' && path.includes('/batches/')) return problem(409, 'batch_in_flight');
    if (trouble.kind !== 'busy') return null;
    this.notBefore.set(path, this.now() + trouble.seconds * 1000);
    return { ...problem(503, 'overloaded'), headers: { 'Retry-After': String(trouble.seconds) } };
  }

  private async answer(path: string, query: URLSearchParams, init: RequestInit): Promise<Told> {
    if (path === '/v1/auth/token') return this.session.token(new URLSearchParams(String(init.body)));
    const headers = new Headers(init.headers);
    if (!this.session.isOf(headers)) return problem(401, 'session_expired');
    const [, , , what = '', id = ''] = path.split('/');
    if (
      this.deviceState === 'revoked' &&
      !['handshake', 'batches', 'reconcile', 'attachments'].includes(what)
    ) {
      return problem(403, 'device_revoked');
    }
    if (what === 'handshake') return { status: 200, body: this.handshake() };
    if (what === 'batches') return this.batch(id, init.body as Uint8Array<ArrayBuffer>, headers);
    if (what === 'reconcile')
      return { status: 200, body: { items: await this.reconcile(JSON.parse(String(init.body)).items) } };
    if (what === 'changes') return this.page(query.get('cursor'));
    if (what === 'returned') return this.returned(id);
    if (what === 'attachments') return this.photos.answer(init, id, query, headers);
    if (what === 'listing') return this.listed(query.get('cursor'));
    if (what === 'reinterviews')
      return init.method === 'PUT'
        ? this.heard(id, init.body as Uint8Array<ArrayBuffer>)
        : this.askedAgain(query.get('cursor'), headers);
    if (what === 'reference')
      return this.tagged(headers, { questionnaires: {}, regions: [], kbli: [], provinces: [] });
    return problem(404, 'not_found');
  }

  private handshake(): Json {
    const campaigns =
      this.deviceState === 'revoked'
        ? []
        : [{ code: 'c', reinterviews: this.asksAgain, assignments: [{ region: { code: '16' } }] }];
    return {
      ...{
        server_time: new Date(this.now()).toISOString(),
        limits: this.limits,
        campaigns,
        questionnaires: ['umkm@1'],
      },
      ...{ device: { id: null, state: this.deviceState }, retry: { first_s: 2, factor: 2, longest_s: 60 } },
      ...(this.tellsNewest ? { newest_batch: this.newest === null ? null : { id: this.newest } } : {}),
    };
  }

  private batch(id: string, packed: Uint8Array<ArrayBuffer>, headers: Headers): Told {
    const coded = headers.get('Content-Encoding') === 'gzip';
    const text = Buffer.from(coded ? gunzipSync(packed) : packed).toString('utf8');
    const { items } = parseExactly(text) as { items: ItemIn[] };
    if (text.length > this.limits.max_bytes || items.length > this.limits.max_items)
      this.violations.push('over the limits');
    const same = canonical(items);
    const before = this.batches.get(id);
    if (before?.items === same) return { status: 200, body: before.body };
    if (before !== undefined) {
      this.violations.push('a batch id was used for other items');
      return problem(422, 'batch_id_reused');
    }
    const refused = this.refusesBatch?.(items) ?? null;
    if (refused !== null) return refused;
    const lines = items.map((item) => this.judge(item, id));
    const body = {
      batch_id: id,
      received_at: '',
      clock_skew_s: 0,
      item_count: lines.length,
      counts: {},
      items: lines,
    };
    this.batches.set(id, { items: same, body, at: this.now() });
    this.newest = id;
    return { status: 201, body };
  }

  private judge(item: ItemIn, batch: string): Json {
    const [key, content] = [`${item.record_id}/${item.revision}`, canonical(item)];
    const before = this.stored.get(key);
    let [outcome, action] = [
      this.deviceState === 'revoked' ? 'held' : String(item.answers.wish ?? 'accepted'),
      '',
    ];
    if (before !== undefined && before.content !== content) {
      this.violations.push(`${key} came with other content`);
      [outcome, action] = ['invalid', 'fix'];
    } else if (before !== undefined) {
      [outcome, action] = [before.action === 'purge' ? 'unchanged' : before.outcome, before.action];
    } else {
      action = ACTIONS[outcome] ?? 'purge';
      this.stored.set(key, { content, outcome, action, batch });
      this.returns.delete(item.record_id);
    }
    return {
      record_id: item.record_id,
      revision: item.revision,
      outcome,
      client_action: action,
      errors: [],
      warnings: [],
    };
  }

  private reconcile(
    asked: { record_id: string; revision: number; content_sha256: string }[],
  ): Promise<Json[]> {
    return Promise.all(
      asked.map(async ({ record_id, revision, content_sha256 }) => {
        const stored = this.stored.get(`${record_id}/${revision}`);
        const same = stored !== undefined && (await sha256(stored.content)) === content_sha256;
        if (stored === undefined || !same)
          return { record_id, revision, state: stored === undefined ? 'missing' : 'different' };
        const later = [...this.stored.keys()].some(
          (key) => key.startsWith(record_id) && Number(key.split('/')[1]) > revision,
        );
        const action = later ? 'purge' : stored.action;
        return { record_id, revision, state: 'stored', outcome: stored.outcome, client_action: action };
      }),
    );
  }

  private page(cursor: string | null): Told {
    const [epoch, start] = cursor === null ? [this.epoch, 0] : cursor.split('-').map(Number);
    if (epoch !== this.epoch) return problem(410, 'cursor_outdated');
    const from = Math.min(start ?? 0, this.changes.length);
    const items = this.changes.slice(from, from + 2);
    const next = from + items.length;
    return {
      status: 200,
      body: { items, next_cursor: `${this.epoch}-${next}`, more: next < this.changes.length },
    };
  }

  private listed(cursor: string | null): Told {
    const [epoch, start] = cursor === null ? [this.epoch, 0] : cursor.split('-').map(Number);
    if (epoch !== this.epoch) return problem(410, 'cursor_outdated');
    const from = Math.min(start ?? 0, this.listing.length);
    const page = this.listing[from] ?? { forget: [], items: [] };
    const next = Math.min(from + 1, this.listing.length);
    const more = next < this.listing.length;
    return {
      status: 200,
      body: { campaign: 'c', areas: ['16'], ...page, next_cursor: `${this.epoch}-${next}`, more },
    };
  }

  private returned(record_id: string): Told {
    const body = this.returns.get(record_id);
    return body === undefined ? problem(404, 'not_found') : { status: 200, body };
  }

  /** Two re-interviews on a page, by id. */
  private askedAgain(cursor: string | null, headers: Headers): Told {
    const all = [...this.again].sort(([one], [other]) => (one < other ? -1 : 1));
    const start = Number(cursor ?? 0);
    const items = all.slice(start, start + 2).map(([id, { state, versions }]) => ({
      ...{ id, state, campaign: 'c', version: versions.length },
      ...(state === 'to_do' ? { questionnaire: 'umkm@1', business_name: `Warung ${id}` } : {}),
    }));
    const next_cursor = start + 2 < all.length ? String(start + 2) : null;
    const body = { items, next_cursor };
    const tag = `"${canonical(body).length}-${canonical(body)}"`.replaceAll(/[^\x21-\x7e]/g, '');
    if (headers.get('If-None-Match') === tag) return { status: 304, headers: { ETag: tag } };
    return { status: 200, body, headers: { ETag: tag } };
  }

  /** Idempotent by content; `wish` in the answers is what the server makes of it. */
  private heard(id: string, body: Uint8Array<ArrayBuffer>): Told {
    const asked = this.again.get(id);
    if (asked === undefined) return problem(404, 'not_found');
    const content = Buffer.from(body).toString('utf8');
    if (content !== canonical(parseExactly(content))) this.violations.push('not as it was recorded');
    const receipt = (version: number) => ({ id, version, result: 'done', client_action: 'purge' });
    const before = asked.versions.indexOf(content);
    if (before >= 0) return { status: 200, body: receipt(before + 1) };
    if (asked.state === 'not_needed') return problem(409, 'reinterview_not_needed');
    if (asked.state === 'taken_away') return problem(409, 'reinterview_taken_away');
    const { answers = {} } = parseExactly(content) as { answers?: Json };
    if (answers.wish === 'invalid') {
      const told = problem(422, 'invalid_fields');
      return {
        ...told,
        body: { ...(told.body as Json), errors: [{ pointer: '/body/answers/kbli', code: 'x' }] },
      };
    }
    asked.versions.push(content);
    asked.state = 'done';
    return { status: 201, body: receipt(asked.versions.length) };
  }

  private tagged(headers: Headers, body: Json): Told {
    if (headers.get('If-None-Match') === '"1"') return { status: 304, headers: { ETag: '"1"' } };
    return { status: 200, body, headers: { ETag: '"1"' } };
  }

  private newestOf(record_id: string): ItemIn | null {
    const found = [...this.stored].filter(([key]) => key.startsWith(record_id));
    const items = found.map(([, stored]) => parseExactly(stored.content) as ItemIn);
    return items.sort((one, other) => one.revision - other.revision).at(-1) ?? null;
  }
}
