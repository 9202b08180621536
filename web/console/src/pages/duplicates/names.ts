import { newestOf } from '../../parts/answers/questions.ts';
import type { Case, Side } from './queries.ts';

/** The name that a side gave; undefined beyond one's reach. */
export function nameOf(side: Side | undefined): string | undefined {
  const name = side?.answers?.legal_name;
  return typeof name === 'string' ? name : undefined;
}

/** Cases and held items do not name their questionnaire: a cooperative is told by what only its form asks. */
export function formOf(...sides: readonly (object | null)[]): string {
  const isCooperative = sides.some(
    (answers) => answers !== null && ('cooperative_number' in answers || 'chair' in answers),
  );
  return newestOf(isCooperative ? 'koperasi' : 'umkm');
}

/** Whether all sides can be seen: only then somebody may decide. */
export function isWithinReach({ record, businesses }: Case): boolean {
  return [record, ...businesses].every((side) => side.answers !== null);
}

/** Whether a decision in force is the very one that was sent, though its answer was lost. */
export function isOwn(
  found: Case,
  sent: { readonly decision: string; readonly reason: string },
  username: string | undefined,
): boolean {
  const { resolution } = found;
  return (
    resolution !== null &&
    resolution.decided_by === username &&
    resolution.decision === sent.decision &&
    // Long numbers in it are not kept: such a reason is shorter now than it was.
    (resolution.reason === sent.reason.trim() || /\d{6}/.test(sent.reason))
  );
}
