// The known-identities filter: whether a number is probably recorded already, asked at the doorstep without a signal.
// Its bytes are described in `openapi/README.md`, "The known-identities filter".

import { heardName } from './heard.ts';

const MAGIC = [...new TextEncoder().encode('KUMKM-KI'), 2];
const HEADER = 47;
const KEY_AT = 15;
const NAME_BITS = 11;
const MOST_BITS = 53;

/** The media type that a request for it has to name. */
export const KNOWN_IDENTITIES = 'application/vnd.kumkm.known-identities.v2';

/** The bytes are not a filter of the known version. */
export class NotAFilter extends Error {}

/** Fingerprints of `bits` bits, sorted; each is below 2^53, so that a double holds it. */
export class Known {
  private constructor(
    readonly bits: number,
    private readonly key: Uint8Array<ArrayBuffer>,
    readonly fingerprints: Float64Array,
  ) {}

  /** The filter in the bytes. @throws NotAFilter */
  static read(data: Uint8Array): Known {
    const [bits = 0, rice = 0] = data.slice(9, 11);
    const sound = data.length >= HEADER && MAGIC.every((each, at) => data[at] === each);
    if (!sound || bits < NAME_BITS || bits > MOST_BITS) throw new NotAFilter('not a known-identities filter');
    const count = new DataView(data.buffer, data.byteOffset + 11).getUint32(0);
    // Each takes a bit at least; a count beyond that is no filter's.
    if (count > (data.length - HEADER) * 8) throw new NotAFilter('the filter ends too early');
    const stream = new Bits(data.subarray(HEADER));
    const found = new Float64Array(count);
    let last = -1;
    for (let at = 0; at < count; at += 1) {
      const gap = stream.ones() * 2 ** rice + stream.number(rice);
      last += gap + 1;
      if (last >= 2 ** bits) throw new NotAFilter('a fingerprint is too long');
      found[at] = last;
    }
    return new Known(bits, data.slice(KEY_AT, HEADER), found);
  }

  /**
   * Whether the number is probably recorded for an owner of that name; never without a name.
   *
   * @param digits as `stripped` leaves them, in capitals.
   */
  async has(kind: string, digits: string, name: string): Promise<boolean> {
    const heard = heardName(name);
    if (heard === '') return false;
    const ofNumber = this.bits - NAME_BITS;
    const [name64, number64] = await Promise.all([
      this.hash64(`name:${heard}`),
      this.hash64(`${kind}:${digits}:${heard}`),
    ]);
    return this.holds(
      Number(name64 >> BigInt(64 - NAME_BITS)) * 2 ** ofNumber + Number(number64 >> BigInt(64 - ofNumber)),
    );
  }

  /** The first eight bytes of the keyed hash of a text. */
  async hash64(text: string): Promise<bigint> {
    const key = await crypto.subtle.importKey('raw', this.key, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ]);
    const hash = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text));
    return new DataView(hash).getBigUint64(0);
  }

  private holds(wanted: number): boolean {
    let [low, high] = [0, this.fingerprints.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.fingerprints[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.fingerprints[low] === wanted;
  }
}

/** Bits one after the other, the most significant of a byte first. */
class Bits {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** How many ones come before the next zero. */
  ones(): number {
    let count = 0;
    while (this.bit() === 1) count += 1;
    return count;
  }

  number(length: number): number {
    let value = 0;
    for (let each = 0; each < length; each += 1) value = value * 2 + this.bit();
    return value;
  }

  private bit(): number {
    const byte = this.bytes[this.at >> 3];
    if (byte === undefined) throw new NotAFilter('the filter ends too early');
    const bit = (byte >> (7 - (this.at & 7))) & 1;
    this.at += 1;
    return bit;
  }
}
