const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Whether a text may be the user name of an account. */
export function isUsername(text: unknown): text is string {
  return typeof text === 'string' && USERNAME.test(text);
}
