import { apiRoot } from '@kumkm/shared/api/base.ts';
import { problemOf } from '@kumkm/shared/api/client.ts';
import { Unreachable } from '@kumkm/shared/api/problem.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { language } from '@kumkm/shared/texts/language.ts';

type NewPassword = components['schemas']['NewPassword'];

/**
 * Needs nobody to be signed in: the code or the present password is the proof.
 *
 * @throws ApiProblem, Unreachable
 */
export async function setPassword(told: NewPassword): Promise<void> {
  const answer = await fetch(`${apiRoot()}/v1/auth/password`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': language.get() },
    body: JSON.stringify(told),
  }).catch(() => {
    throw new Unreachable();
  });
  if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => undefined));
}
