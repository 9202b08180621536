// The photos of the model of the server: uploads that go on where they ended.

import { sha256 } from '../canonical.ts';
import { problem, type Told } from './answers.ts';

export class ModelPhotos {
  readonly stored = new Map<string, Uint8Array>();
  private readonly lengths = new Map<string, string>();

  async answer(init: RequestInit, hash: string, query: URLSearchParams, headers: Headers): Promise<Told> {
    const key = `${query.get('record_id')}/${hash}/${query.get('purpose')}`;
    const there = this.stored.get(key);
    const told = (content: Uint8Array, length: string, status = 200): Told => ({
      status,
      headers: {
        'Upload-Offset': String(content.length),
        'Upload-Length': length,
        'Upload-Complete': String(content.length) === length ? '?1' : '?0',
      },
    });
    if (init.method === 'HEAD') {
      if (there === undefined) return { status: 404, headers: { 'X-Request-ID': 'x' } };
      const [known] = [...this.lengths].filter(([each]) => each === key);
      return told(there, known?.[1] ?? '');
    }
    const length = headers.get('Upload-Length') ?? '';
    // A photo whose length was declared otherwise before comes from its start.
    const before =
      (this.lengths.get(key) ?? length) === length ? (there ?? new Uint8Array()) : new Uint8Array();
    if (headers.get('Upload-Offset') !== String(before.length)) return problem(409, 'upload_out_of_order');
    this.lengths.set(key, length);
    const whole = new Uint8Array(Buffer.concat([before, init.body as Uint8Array<ArrayBuffer>]));
    if (String(whole.length) === length && (await sha256(whole)) !== hash) {
      this.stored.delete(key);
      return problem(422, 'attachment_hash_mismatch');
    }
    this.stored.set(key, whole);
    return told(whole, length, 201);
  }
}
