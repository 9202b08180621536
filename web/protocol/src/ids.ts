// Ids that a tablet makes by itself.

/**
 * A UUIDv7 (RFC 9562): 48 bits of milliseconds since 1970, then 74 random bits.
 *
 * @param moment milliseconds since 1970, by the tablet's clock.
 */
export function uuid7(moment: number, random = crypto.getRandomValues(new Uint8Array(10))): string {
  const bytes = new Uint8Array(16);
  const milliseconds = Math.max(0, Math.floor(moment)) % 2 ** 48;
  new DataView(bytes.buffer).setUint16(0, Math.floor(milliseconds / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, milliseconds % 2 ** 32);
  bytes.set(random, 6);
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const digits = hexadecimal(bytes);
  return [8, 12, 16, 20, 32].map((end, at) => digits.slice([0, 8, 12, 16, 20][at], end)).join('-');
}

/** A secret that nobody guesses: 32 hexadecimal digits. */
export function secret(): string {
  return hexadecimal(crypto.getRandomValues(new Uint8Array(16)));
}

function hexadecimal(bytes: Uint8Array): string {
  return Array.from(bytes, (each) => each.toString(16).padStart(2, '0')).join('');
}
