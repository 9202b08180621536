// Photos, sent in parts from the byte that the server expects. The file stays until the server says that it has all of it.

import { sha256 } from './canonical.ts';
import { type Answer, type Asked, type Network, Offline, Refused } from './network.ts';

const PART = 256 * 1024;

/** A photo that the server does not have yet; `fault`: why it was refused, for a person to look at. */
export interface Photo {
  sha256: string;
  record_id: string;
  purpose: string;
  media_type: string;
  fault: string | null;
}

export class Photos {
  constructor(private readonly network: Network) {}

  /** Keep a photo until the server has it; it is on disk when this is done. */
  async add(
    record_id: string,
    purpose: string,
    media_type: string,
    content: Uint8Array<ArrayBuffer>,
  ): Promise<Photo> {
    const { store, seal } = this.network.outbox;
    const photo = { sha256: await sha256(content), record_id, purpose, media_type, fault: null };
    const sealed = await seal.seal(content);
    await store.write(async (tables) => {
      await tables.put('photo', keyOf(photo), photo);
      await tables.put('photo_content', keyOf(photo), sealed);
    });
    return photo;
  }

  /** What the server does not have yet, or refused. */
  async all(): Promise<Photo[]> {
    const found = await this.network.outbox.store.read((tables) => tables.all('photo'));
    return found.map(([, photo]) => photo as Photo);
  }

  /** Remove a photo from this tablet. */
  async drop(photo: Photo): Promise<void> {
    await this.network.outbox.store.write(async (tables) => {
      await tables.delete('photo', keyOf(photo));
      await tables.delete('photo_content', keyOf(photo));
    });
  }

  /** Send what waits. @throws Offline, SignInNeeded: the next sync goes on at the byte where this one ended. */
  async push(tell: (done: number, of: number) => void): Promise<void> {
    const waiting = (await this.all()).filter((photo) => photo.fault === null);
    for (const [done, photo] of waiting.entries()) {
      try {
        await this.pushOne(photo);
        await this.drop(photo);
      } catch (fault) {
        if (!(fault instanceof Refused)) throw fault;
        const blamed: Photo = { ...photo, fault: fault.code };
        await this.network.outbox.store.write(async (tables) => {
          if ((await tables.get('photo', keyOf(photo))) !== undefined)
            await tables.put('photo', keyOf(photo), blamed);
        });
      }
      tell(done + 1, waiting.length);
    }
  }

  private async pushOne(photo: Photo): Promise<void> {
    const { store, seal } = this.network.outbox;
    const sealed = await store.read((tables) => tables.get('photo_content', keyOf(photo)));
    if (sealed === undefined) return; // removed meanwhile, with its record
    const content = await seal.open(sealed);
    const [path, query] = [
      `/v1/sync/attachments/${photo.sha256}`,
      { record_id: photo.record_id, purpose: photo.purpose },
    ];
    let start = await this.offset(path, query, content.length);
    for (let disorders = 0; start !== null; ) {
      const headers = {
        'Content-Type': photo.media_type,
        'Upload-Offset': String(start),
        'Upload-Length': String(content.length),
      };
      const asked: Asked = { query, headers, body: content.slice(start, start + PART) };
      try {
        start = nextByte(await this.network.send('PUT', path, asked, hasOffset), content.length);
      } catch (fault) {
        if (!(fault instanceof Refused) || fault.code !== 'upload_out_of_order') throw fault;
        disorders += 1;
        if (disorders >= this.network.world.waiting.attempts) throw new Offline();
        start = await this.offset(path, query, content.length);
      }
    }
  }

  /** The next byte that the server wants; null where it has all. */
  private async offset(path: string, query: Record<string, string>, length: number): Promise<number | null> {
    const { waiting, sleep } = this.network.world;
    await this.network.waitAsAsked(path);
    for (let attempt = 0; attempt < waiting.attempts; attempt += 1) {
      const { answer } = await this.network.once('HEAD', path, { query }, true);
      if (answer?.status === 404 && answer.headers.has('X-Request-ID')) return 0;
      if (answer?.status === 200 && hasOffset(answer)) {
        // Declared with another length, by another app: the server wants it from the start.
        const declared = answer.headers.get('Upload-Length') ?? String(length);
        return declared === String(length) ? nextByte(answer, length) : nextByte(answer, 0);
      }
      if (answer?.status === 401) {
        await this.network.refresh();
        continue;
      }
      const wait = await this.network.askedToWait(path, answer);
      if (attempt + 1 < waiting.attempts) await sleep(waiting.after(attempt, wait));
    }
    throw new Offline();
  }
}

function hasOffset(answer: Answer): boolean {
  return (
    answer.headers.has('Upload-Complete') && /^\d{1,12}$/.test(answer.headers.get('Upload-Offset') ?? '')
  );
}

function nextByte(answer: Answer, length: number): number | null {
  if (answer.headers.get('Upload-Complete') === '?1') return null;
  return Math.min(Number(answer.headers.get('Upload-Offset')), length);
}

export function keyOf(photo: Pick<Photo, 'sha256' | 'record_id' | 'purpose'>): string {
  return `${photo.record_id}/${photo.sha256}/${photo.purpose}`;
}
