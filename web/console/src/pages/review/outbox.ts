import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { Store } from '@kumkm/shared/store.ts';

export type DecisionOut = components['schemas']['DecisionOut'];
export type Refusal = components['schemas']['Refusal'];
export type ReviewState = 'unreviewed' | 'verified' | 'returned';

export interface Decision {
  readonly record_id: string;
  readonly decision: 'verified' | 'returned';
  readonly reason?: string;
  /** What was looked at: another revision or decision since, and nothing is decided. */
  readonly revision: number;
  readonly review_state: ReviewState;
}

/**
 * `pausing`: not sent yet, so that it can be taken back. `sending`: on its way. `waiting`: it was sent, no answer came,
 * and it is sent again. `done`, `refused`: the server's answer.
 */
export type Standing = 'pausing' | 'sending' | 'waiting' | 'done' | 'refused';

export interface Sent {
  readonly decision: Decision;
  readonly name: string;
  readonly standing: Standing;
  /** Decisions that were made with one stroke. */
  readonly stroke: number;
  readonly due: number;
  readonly refusal?: Refusal;
}

export interface Outgoing {
  /** Whether decisions wait for a server that does not answer, or for a session. */
  readonly stuck: boolean;
  readonly byRecord: ReadonlyMap<string, Sent>;
}

export type Post = (items: Decision[]) => Promise<readonly DecisionOut[]>;

/** So long a decision can be taken back. */
export const PAUSE_MS = 5_000;
const MOST = 100;
const LONGEST_WAIT_MS = 15_000;

/**
 * Decisions on their way to the server. They are made at once on the screen, sent some seconds later, and sent again, the
 * very same, until the server has answered: a decision that it has already changes nothing.
 */
export class Outbox {
  readonly state = new Store<Outgoing>({ stuck: false, byRecord: new Map() });
  readonly #post: Post;
  readonly #onDone: (recordIds: string[]) => void;
  #stroke = 0;
  #failures = 0;
  #sending: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #edition = 0;

  constructor(post: Post, onDone: (recordIds: string[]) => void = () => undefined) {
    this.#post = post;
    this.#onDone = onDone;
  }

  /** Decide on records, all at one stroke. What is on its way for a record already stays. */
  decide(decisions: readonly { readonly decision: Decision; readonly name: string }[]): void {
    this.#stroke += 1;
    const due = Date.now() + PAUSE_MS;
    this.#change((all) => {
      for (const { decision, name } of decisions) {
        if (this.isSettled(decision.record_id)) {
          all.delete(decision.record_id); // the latest stands last
          all.set(decision.record_id, { decision, name, standing: 'pausing', stroke: this.#stroke, due });
        }
      }
    });
    this.#plan(PAUSE_MS);
  }

  /** Whether another decision on the record may be made. */
  isSettled(recordId: string): boolean {
    const standing = this.state.get().byRecord.get(recordId)?.standing;
    return standing === undefined || standing === 'done' || standing === 'refused';
  }

  /** Take back the last stroke, as far as it was not sent. The records that are undecided again. */
  undo(): string[] {
    const { byRecord } = this.state.get();
    const last = Math.max(0, ...[...byRecord.values()].map((each) => each.stroke));
    const found = [...byRecord.values()].filter(
      (each) => each.stroke === last && each.standing === 'pausing',
    );
    const ids = found.map((each) => each.decision.record_id);
    this.#change((all) => {
      for (const id of ids) all.delete(id);
    });
    return ids;
  }

  /** The record that was decided on last. */
  last(): Sent | undefined {
    return [...this.state.get().byRecord.values()].at(-1);
  }

  /** A refusal was read. */
  dismiss(recordId: string): void {
    this.#change((all) => {
      if (all.get(recordId)?.standing === 'refused') all.delete(recordId);
    });
  }

  /** Whether something would be lost with the page. */
  get hasUnsent(): boolean {
    return [...this.state.get().byRecord.values()].some((each) => !this.isSettled(each.decision.record_id));
  }

  /** Send now what is due, or all. Resolves when an answer came, or none will. */
  async flush(all = false): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    const now = Date.now();
    const ready = [...this.state.get().byRecord.values()].filter(
      (each) => each.standing === 'waiting' || (each.standing === 'pausing' && (all || each.due <= now)),
    );
    if (ready.length > 0) {
      this.#sending = this.#send(ready.slice(0, MOST)).finally(() => {
        this.#sending = undefined;
      });
      await this.#sending;
    }
    this.#planNext(all && ready.length > MOST);
  }

  /** The session of somebody else begins: nothing goes out in another name. */
  clear(): void {
    this.#edition += 1;
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.state.set({ stuck: false, byRecord: new Map() });
  }

  async #send(parts: readonly Sent[]): Promise<void> {
    const edition = this.#edition;
    const ids = parts.map((each) => each.decision.record_id);
    this.#stand(ids, 'sending');
    try {
      const answers = await this.#post(parts.map((each) => each.decision));
      if (edition !== this.#edition) return;
      this.#failures = 0;
      this.#change((all) => {
        for (const { record_id, problem } of answers) {
          const sent = all.get(record_id);
          if (sent === undefined) continue;
          all.set(record_id, {
            ...sent,
            standing: problem === null ? 'done' : 'refused',
            ...(problem === null ? {} : { refusal: problem }),
          });
        }
      }, false);
      this.#onDone(ids);
    } catch (fault) {
      if (edition === this.#edition) this.#failed(ids, fault);
    }
  }

  #failed(ids: readonly string[], fault: unknown): void {
    const { status, title, detail, code } = told(fault);
    if (mayPass(fault)) {
      this.#failures += 1;
      this.#stand(ids, 'waiting', true);
      return;
    }
    this.#change((all) => {
      for (const id of ids) {
        const sent = all.get(id);
        if (sent !== undefined)
          all.set(id, {
            ...sent,
            standing: 'refused',
            refusal: { status, code, title, detail, current: null },
          });
      }
    }, false);
  }

  #planNext(more: boolean): void {
    const left = [...this.state.get().byRecord.values()];
    if (left.some((each) => each.standing === 'waiting')) {
      this.#plan(this.#failures === 0 ? 0 : Math.min(1_000 * 2 ** (this.#failures - 1), LONGEST_WAIT_MS));
      return;
    }
    const pausing = left.filter((each) => each.standing === 'pausing');
    if (pausing.length > 0) {
      this.#plan(more ? 0 : Math.max(0, Math.min(...pausing.map((each) => each.due)) - Date.now()));
    }
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #stand(ids: readonly string[], standing: Standing, stuck = this.state.get().stuck): void {
    this.#change((all) => {
      for (const id of ids) {
        const sent = all.get(id);
        if (sent !== undefined) all.set(id, { ...sent, standing });
      }
    }, stuck);
  }

  #change(work: (all: Map<string, Sent>) => void, stuck = this.state.get().stuck): void {
    const byRecord = new Map(this.state.get().byRecord);
    work(byRecord);
    this.state.set({ stuck, byRecord });
  }
}

/** Whether the same may be taken later: the server is away or busy, or the session is over. */
function mayPass(fault: unknown): boolean {
  if (fault instanceof Unreachable) return true;
  return fault instanceof ApiProblem && (fault.status >= 500 || [401, 408, 425, 429].includes(fault.status));
}

function told(fault: unknown): { status: number; code: string; title: string; detail: string } {
  if (fault instanceof ApiProblem) {
    const { status, problem, message } = fault;
    return { status, code: fault.code, title: message, detail: problem?.detail ?? '' };
  }
  return { status: 0, code: '', title: String(fault), detail: '' };
}
