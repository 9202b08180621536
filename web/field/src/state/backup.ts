// A backup: everything that is on this tablet in one file, sealed by a code that stands on paper. Another tablet of the same
// person takes it in; the server recognises what it has already.

import { gzip } from '@kumkm/protocol/gzip.ts';
import { insert, keyOf, type Row, rowsIn } from '@kumkm/protocol/outbox.ts';
import { keyOf as keyOfPhoto, type Photo } from '@kumkm/protocol/photos.ts';
import type { AgainContent, AgainRow } from '@kumkm/protocol/reinterviews.ts';
import type { Draft } from '../storage/drafts.ts';
import { bytes, exactly } from '../storage/sealed.ts';
import { changed, here } from './device.ts';

/** `code`: it does not open the file. `file`: it is no backup. `owner`: it is of another account. */
export class NotTaken extends Error {
  constructor(readonly why: 'code' | 'file' | 'owner') {
    super(why);
  }
}

export interface Taken {
  records: number;
  drafts: number;
  photos: number;
}

interface Content {
  username: string;
  records: { row: Row; content: string }[];
  drafts: Draft[];
  photos: { photo: Photo; content: string }[];
  /** What was heard in re-interviews; not in a file of an app of before. */
  reinterviews?: { row: AgainRow; content: AgainContent }[];
}

const MAGIC = Uint8Array.from([...new TextEncoder().encode('KUMKM-BK'), 1]);
const SALT = 16;
const NONCE = 12;
const ROUNDS = 100_000;
/** Without letters that are read as digits, and without U. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 5;
const IN_A_GROUP = 4;

/** The file, and the code that opens it: 100 random bits in five groups. */
export async function makeBackup(): Promise<{ code: string; file: Blob }> {
  const content = bytes(await everything());
  const packed = await gzip(content);
  const signs = Array.from(
    crypto.getRandomValues(new Uint8Array(GROUPS * IN_A_GROUP)),
    (byte) => SIGNS[byte % SIGNS.length],
  );
  const code = Array.from({ length: GROUPS }, (_, at) =>
    signs.slice(at * IN_A_GROUP, (at + 1) * IN_A_GROUP).join(''),
  ).join('-');
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv },
    await keyOfCode(code, salt),
    packed.content,
  );
  return { code, file: new Blob([MAGIC, salt, iv, sealed], { type: 'application/octet-stream' }) };
}

/** @throws NotTaken, StorageFull */
export async function takeBackup(file: Blob, code: string): Promise<Taken> {
  const content = await opened(new Uint8Array(await file.arrayBuffer()), code);
  const { tablet, seal, drafts } = here();
  const { outbox } = tablet;
  if (content.username !== (await outbox.get<string>('username'))) throw new NotTaken('owner');
  const taken: Taken = { records: 0, drafts: 0, photos: 0 };
  const sorted = [...content.records].sort((one, other) => one.row.place - other.row.place);
  const sealed = await Promise.all(
    sorted.map(({ content: text }) => seal.seal(new TextEncoder().encode(text))),
  );
  await outbox.store.write(async (tables) => {
    for (const [at, { row }] of sorted.entries()) {
      const there = await rowsIn(tables, row.record_id);
      if (there.some((each) => each.revision === row.revision && each.bytes > 0)) continue;
      // A batch of the other tablet is not this one's: it is sent again, and the server knows it.
      const state = row.state === 'sending' ? 'queued' : row.state;
      const made = await insert(tables, { ...row, state, batch_id: null });
      await tables.put('content', keyOf(made), sealed[at]);
      taken.records += 1;
    }
  });
  for (const { row, content: heard } of content.reinterviews ?? [])
    taken.records += (await tablet.reinterviews.take(row, heard)) ? 1 : 0;
  const known = await drafts.all();
  for (const draft of content.drafts) {
    if (known.some((each) => each.record_id === draft.record_id)) continue;
    await drafts.keep(draft);
    taken.drafts += 1;
  }
  const photos = new Set((await tablet.photos.all()).map(keyOfPhoto));
  for (const { photo, content: coded } of content.photos) {
    if (photos.has(keyOfPhoto(photo))) continue;
    await tablet.photos.add(photo.record_id, photo.purpose, photo.media_type, fromBase64(coded));
    taken.photos += 1;
  }
  changed();
  return taken;
}

async function everything(): Promise<Content> {
  const { tablet, drafts, seal } = here();
  const { outbox } = tablet;
  const records: Content['records'] = [];
  for (const row of await outbox.rows()) {
    const content = row.bytes === 0 ? null : await outbox.content(row);
    if (content !== null) records.push({ row, content });
  }
  const photos: Content['photos'] = [];
  for (const photo of await tablet.photos.all()) {
    const sealed = await outbox.store.read((tables) => tables.get('photo_content', keyOfPhoto(photo)));
    if (sealed !== undefined) photos.push({ photo, content: toBase64(await seal.open(sealed)) });
  }
  const reinterviews: Content['reinterviews'] = [];
  for (const row of await tablet.reinterviews.rows()) {
    const content = row.state === 'safe' ? null : await tablet.reinterviews.content(row.id);
    if (content !== null) reinterviews.push({ row, content });
  }
  return {
    username: (await outbox.get<string>('username')) ?? '',
    records,
    drafts: await drafts.all(),
    ...{ photos, reinterviews },
  };
}

async function opened(file: Uint8Array<ArrayBuffer>, code: string): Promise<Content> {
  if (!MAGIC.every((byte, at) => file[at] === byte)) throw new NotTaken('file');
  const [afterSalt, afterNonce] = [MAGIC.length + SALT, MAGIC.length + SALT + NONCE];
  const [salt, iv] = [file.slice(MAGIC.length, afterSalt), file.slice(afterSalt, afterNonce)];
  const sealed = file.slice(afterNonce);
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await keyOfCode(code, salt), sealed);
    return exactly<Content>(await unzipped(new Uint8Array(plain)));
  } catch {
    throw new NotTaken('code');
  }
}

/** Written by hand, a code has blanks, small letters, and O for 0. */
function normal(code: string): string {
  return code
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '');
}

async function keyOfCode(code: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const said = new TextEncoder().encode(normal(code));
  const key = await crypto.subtle.importKey('raw', said, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, key, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function unzipped(content: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const isPacked = content[0] === 0x1f && content[1] === 0x8b;
  if (!isPacked) return content;
  const plain = new Blob([content]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

const AT_ONCE = 0x8000;

function toBase64(content: Uint8Array): string {
  let text = '';
  for (let at = 0; at < content.length; at += AT_ONCE)
    text += String.fromCharCode(...content.subarray(at, at + AT_ONCE));
  return btoa(text);
}

function fromBase64(coded: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
}
