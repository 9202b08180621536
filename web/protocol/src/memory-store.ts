// A storage in memory, for tests and for clients that keep nothing.

import type { Seal, Store, Table, Writing } from './store.ts';

type Tables = Map<string, unknown>;

/** `step` is called before each step of a transaction and before and after its end: what it throws ends it there. */
export class MemoryStore implements Store {
  private held: Tables = new Map();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly step: (what: string) => void = () => {}) {}

  read<T>(work: (tables: Writing) => Promise<T>): Promise<T> {
    return work(new Copy(new Map(this.held), this.step));
  }

  write<T>(work: (tables: Writing) => Promise<T>): Promise<T> {
    const done = this.last.then(async () => {
      const tables = new Map(this.held);
      const told = await work(new Copy(tables, this.step));
      this.step('commit');
      this.held = tables;
      this.step('committed');
      return told;
    });
    this.last = done.catch(() => {});
    return done;
  }
}

class Copy implements Writing {
  constructor(
    private readonly tables: Tables,
    private readonly step: (what: string) => void,
  ) {}

  async get(table: Table, key: string): Promise<unknown> {
    return structuredClone(this.tables.get(`${table}:${key}`));
  }

  async all(table: Table, prefix = ''): Promise<[string, unknown][]> {
    const begins = `${table}:${prefix}`;
    const found = [...this.tables].filter(([key]) => key.startsWith(begins));
    found.sort(([one], [other]) => (one < other ? -1 : 1));
    return found.map(([key, value]) => [key.slice(table.length + 1), structuredClone(value)]);
  }

  async put(table: Table, key: string, value: unknown): Promise<void> {
    this.step('put');
    this.tables.set(`${table}:${key}`, structuredClone(value));
  }

  async delete(table: Table, key: string): Promise<void> {
    this.step('delete');
    this.tables.delete(`${table}:${key}`);
  }
}

/** No protection at all. */
export const UNSEALED: Seal = {
  seal: async (content) => content,
  open: async (sealed) => sealed as Uint8Array<ArrayBuffer>,
};
