// How personal data is protected on this tablet: AES-GCM with a key that no script can read out. It is made with the first
// sign-in and goes with the sign-out; what was sealed by it is then noise.

import type { Seal } from '@kumkm/protocol/store.ts';
import type { Database } from './database.ts';
import { written } from './store.ts';

/** The key of what is kept here is gone, or is another one. */
export class Sealed extends Error {}

const KEY = 'data';
const EDITION = 1;
const NONCE = 12; // bytes
const ALGORITHM = 'AES-GCM';

export class KeySeal implements Seal {
  private key: CryptoKey | null = null;

  constructor(private readonly database: Database) {}

  async seal(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const key = (await this.held()) ?? (await this.made());
    const iv = crypto.getRandomValues(new Uint8Array(NONCE));
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: ALGORITHM, iv }, key, content));
    const whole = new Uint8Array(1 + NONCE + sealed.length);
    whole.set([EDITION]);
    whole.set(iv, 1);
    whole.set(sealed, 1 + NONCE);
    return whole;
  }

  /** @throws Sealed */
  async open(sealed: unknown): Promise<Uint8Array<ArrayBuffer>> {
    const key = await this.held();
    if (key === null || !(sealed instanceof Uint8Array) || sealed[0] !== EDITION) throw new Sealed();
    const [iv, content] = [sealed.slice(1, 1 + NONCE), sealed.slice(1 + NONCE)];
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: ALGORITHM, iv }, key, content));
    } catch {
      throw new Sealed();
    }
  }

  /** The key was taken out of the tables: this forgets it, too. */
  forget(): void {
    this.key = null;
  }

  private async held(): Promise<CryptoKey | null> {
    this.key ??= ((await this.database.get('key', KEY)) as CryptoKey | undefined) ?? null;
    return this.key;
  }

  /** Two that ask at once get the same one: the first that is kept. */
  private async made(): Promise<CryptoKey> {
    const made = await crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    this.key = await written(this.database, ['key'], async (transaction) => {
      const keys = transaction.objectStore('key');
      const there = (await keys.get(KEY)) as CryptoKey | undefined;
      if (there === undefined) await keys.put(made, KEY);
      return there ?? made;
    });
    return this.key;
  }
}
