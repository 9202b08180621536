// The sessions of the model of the server.

import { type Json, problem, type Told } from './answers.ts';

/** Access tokens, and refresh tokens that are good for one attempt each. */
export class ModelSession {
  private tokens = new Map<string, { attempt: string; next: string } | null>();
  private access = '';
  private made = 0;

  constructor(private readonly violations: string[]) {}

  /** Whether a request is of the session that there is. */
  isOf(headers: Headers): boolean {
    return this.access !== '' && headers.get('Authorization') === `Bearer ${this.access}`;
  }

  expire(): void {
    this.access = '';
  }

  /** A standby took over that does not know the last refreshes. */
  loseRefreshes(count: number): void {
    const known = [...this.tokens];
    this.tokens = new Map(known.slice(0, known.length - count));
    const last = known.at(-1 - count)?.[0];
    if (last !== undefined) this.tokens.set(last, null);
  }

  token(form: URLSearchParams): Told {
    if (form.get('grant_type') === 'password') return this.grant();
    const [token, attempt] = [form.get('refresh_token') ?? '', form.get('attempt_id') ?? ''];
    const used = this.tokens.get(token);
    if (used === undefined) {
      this.violations.push('an unknown refresh token');
      return problem(400, 'invalid_grant');
    }
    if (used === null) {
      const told = this.grant();
      this.tokens.set(token, { attempt, next: String((told.body as Json).refresh_token) });
      return told;
    }
    if (used.attempt === attempt && this.tokens.get(used.next) === null) return this.grant(used.next);
    this.violations.push('a refresh token was used by two attempts');
    return problem(400, 'invalid_grant');
  }

  private grant(again?: string): Told {
    this.made += 1;
    const refresh_token = again ?? `refresh-${this.made}`;
    this.access = `access-${this.made}`;
    this.tokens.set(refresh_token, null);
    return {
      status: 200,
      body: { access_token: this.access, token_type: 'Bearer', expires_in: 600, refresh_token },
    };
  }
}
