/** What a passkey says of whose it is: the account's id, its bytes in base64url. */
export function handleOf(accountId: string): string {
  const bytes = accountId.replaceAll('-', '').match(/../g) ?? [];
  const signs = String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16)));
  return btoa(signs).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
