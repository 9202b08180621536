// Forms that are being filled in. Every stroke is kept; what is written is always the newest, one after the other.

import type { Database } from './database.ts';
import type { KeySeal } from './seal.ts';
import { bytes, exactly, type Held } from './sealed.ts';
import { written } from './store.ts';

export interface Draft extends Held {
  /** Of the record that it becomes, or whose next revision it becomes; of the re-interview. */
  record_id: string;
  /** The newest revision here when it was begun; 0 for a new record. Of a re-interview the serial of what was heard before. */
  after: number;
}

export type { Held };

/**
 * A re-interview that is being filled in is a draft under the re-interview's id; the name of its form says what it is. So an app
 * of before, which would make a record of it, finds no form of that name and records nothing.
 */
const AGAIN = 'reinterview:';
export const isAgain = (draft: Pick<Draft, 'questionnaire'>): boolean =>
  draft.questionnaire.startsWith(AGAIN);
export const againName = (questionnaire: string): string => AGAIN + questionnaire;
/** The form that a draft is filled in by. */
export const questionnaireOf = ({ questionnaire }: Pick<Draft, 'questionnaire'>): string =>
  questionnaire.startsWith(AGAIN) ? questionnaire.slice(AGAIN.length) : questionnaire;

export class Drafts {
  private waiting = new Map<string, Draft>();
  private running: Promise<void> | null = null;

  constructor(
    private readonly database: Database,
    private readonly seal: KeySeal,
  ) {}

  /** On disk when this is done; of several that come while one is written, the last alone is. */
  async keep(draft: Draft): Promise<void> {
    this.waiting.set(draft.record_id, draft);
    this.running ??= this.write().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  async all(): Promise<Draft[]> {
    const kept = await this.database.getAll('draft');
    const opened = await Promise.all(kept.map((each) => this.opened(each)));
    return opened.sort((one, other) => (one.started_at < other.started_at ? 1 : -1));
  }

  async one(record_id: string): Promise<Draft | null> {
    const kept = await this.database.get('draft', record_id);
    return kept === undefined ? null : this.opened(kept);
  }

  async drop(record_id: string): Promise<void> {
    this.waiting.delete(record_id);
    await this.running;
    await written(this.database, ['draft'], (transaction) =>
      transaction.objectStore('draft').delete(record_id),
    );
  }

  private async write(): Promise<void> {
    for (;;) {
      const [next] = this.waiting.values();
      if (next === undefined) return;
      const sealed = await this.seal.seal(bytes(next));
      await written(this.database, ['draft'], async (transaction) => {
        // It was given up, or is newer by now.
        if (this.waiting.get(next.record_id) === next)
          await transaction.objectStore('draft').put(sealed, next.record_id);
      });
      if (this.waiting.get(next.record_id) === next) this.waiting.delete(next.record_id);
    }
  }

  private async opened(sealed: unknown): Promise<Draft> {
    return exactly<Draft>(await this.seal.open(sealed));
  }
}
