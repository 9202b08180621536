// What the protocol asks of a storage: named tables of keys and values, and transactions that hold wholly or not at all.
//
// A browser gives it by IndexedDB with strict durability, a native app by SQLite. Whatever ends the app, a transaction that
// was told to be done is there at the next start, and one that was not has left nothing. The work of a transaction waits for
// nothing but the storage: what is fetched or sealed is fetched and sealed before.

/**
 * `meta`: values by their names. `record`: what is known of each revision. `content`: the sealed items. `photo`: what is known
 * of each photo. `photo_content`: their sealed bytes. `listed`: the doors of the listing. `blob`: larger things of the server.
 */
export const TABLES = ['meta', 'record', 'content', 'photo', 'photo_content', 'listed', 'blob'] as const;
export type Table = (typeof TABLES)[number];

export interface Reading {
  get(table: Table, key: string): Promise<unknown>;
  /** Keys and values in the order of the keys (UTF-16); with a prefix, of the keys that begin with it. */
  all(table: Table, prefix?: string): Promise<[string, unknown][]>;
}

export interface Writing extends Reading {
  put(table: Table, key: string, value: unknown): Promise<void>;
  delete(table: Table, key: string): Promise<void>;
}

export interface Store {
  read<T>(work: (tables: Reading) => Promise<T>): Promise<T>;
  /** On disk when it is told to be done. If the work throws, nothing of it is left. Writes come one after the other. */
  write<T>(work: (tables: Writing) => Promise<T>): Promise<T>;
}

/** How personal data is protected where it is kept. What `seal` makes can be kept in the storage as it is. */
export interface Seal {
  seal(content: Uint8Array<ArrayBuffer>): Promise<unknown>;
  open(sealed: unknown): Promise<Uint8Array<ArrayBuffer>>;
}
