// Re-interviews that this enumerator was given: the server's list, what was heard, and what is being filled in, as one list.

import { parseExactly } from '@kumkm/protocol/canonical.ts';
import type {
  AgainContent,
  AgainRow,
  AgainState,
  HeardAgain,
  Result,
  Task,
} from '@kumkm/protocol/reinterviews.ts';
import { withoutBlanks } from '../forms/entries.ts';
import { apart, withTyped } from '../forms/typed.ts';
import { againName, type Draft, isAgain, questionnaireOf } from '../storage/drafts.ts';
import { changed, here, keep, kept, nowHere, serverNow } from './device.ts';
import { day, form } from './work.ts';

/** What the server takes where there was no interview, the most frequent first. */
export const NO_INTERVIEW = ['absent', 'refused', 'closed', 'moved', 'not_found'] as const satisfies Result[];

/**
 * `to_do`: nobody was there yet. `visit_again`: nobody could be met. `open`: a form is being filled in. `taken_away`: such a form,
 * and another enumerator does it now. The others are those of what was heard.
 */
export type Standing = 'to_do' | 'visit_again' | 'open' | 'taken_away' | AgainState;

export interface Reinterview {
  id: string;
  name: string;
  place: string;
  standing: Standing;
  isOverdue: boolean;
  task: Task | null;
  row: AgainRow | null;
  draft: Draft | null;
}

type Known = Pick<Reinterview, 'task' | 'row' | 'draft'>;

/** How one stands for its enumerator; null where there is nothing to do and nothing to tell. Pure. */
export function standingOf({ task, row, draft }: Known): Standing | null {
  if (draft !== null) return task?.state === 'taken_away' ? 'taken_away' : 'open';
  if (row !== null && row.state !== 'safe') return row.state;
  if (task?.state === 'to_do') return task.version > 0 ? 'visit_again' : 'to_do';
  return row?.state ?? null;
}

/** Whether a form that is being filled in is of no use any more: it was recorded, or nobody needs it. Pure. */
export function isOver({ task, row, draft }: Known): boolean {
  return draft !== null && ((row?.serial ?? 0) > draft.after || task?.state === 'not_needed');
}

const ORDER: readonly Standing[] = ['to_fix', 'open', 'to_do', 'visit_again', 'taken_away', 'kept'];

/** What somebody has to look at, what is most urgent first. Pure. */
export function toDo(all: readonly Reinterview[]): Reinterview[] {
  const rank = ({ standing, task }: Reinterview) => {
    const place = ORDER.indexOf(standing === 'visit_again' ? 'to_do' : standing);
    return `${place} ${task?.due_on ?? '9999'}`;
  };
  const found = all.filter((each) => ORDER.includes(each.standing));
  return found.sort(
    (one, other) => rank(one).localeCompare(rank(other)) || one.name.localeCompare(other.name, 'id'),
  );
}

/** All that are shown, in no order. Forms of no use any more are removed from the tablet. */
export async function allReinterviews(): Promise<Reinterview[]> {
  const { tablet, drafts } = here();
  const [tasks, rows, open] = [
    await tablet.reinterviews.tasks(),
    await tablet.reinterviews.rows(),
    (await drafts.all()).filter(isAgain),
  ];
  const today = day(await serverNow());
  const ids = new Set([...tasks, ...rows].map((each) => each.id).concat(open.map((each) => each.record_id)));
  const found: Reinterview[] = [];
  for (const id of ids) {
    const known: Known = {
      task: tasks.find((each) => each.id === id) ?? null,
      row: rows.find((each) => each.id === id) ?? null,
      draft: open.find((each) => each.record_id === id) ?? null,
    };
    if (isOver(known)) {
      await drafts.drop(id);
      known.draft = null;
    }
    const standing = standingOf(known);
    if (standing === null) continue;
    const said = known.row === null ? null : await tablet.reinterviews.content(id);
    const { task } = known;
    found.push({
      ...{ id, standing, ...known },
      name: task?.business_name ?? said?.name ?? String(known.draft?.answers.legal_name ?? ''),
      place: task?.region_name ?? said?.place ?? '',
      isOverdue: task?.state === 'to_do' && (task.due_on ?? '9999') < today,
    });
  }
  return found;
}

/** What was heard, as it is sent; null where it is not here. */
export async function heardOf(id: string): Promise<HeardAgain | null> {
  const content = (await here().tablet.reinterviews.content(id))?.content ?? null;
  return content === null ? null : (parseExactly(content) as HeardAgain);
}

/**
 * Begin the form, or go on with it: without any answer of the first interview, and with those of one's own that the server does
 * not have. On disk when this is done. Null: it is not known which form is asked.
 */
export async function beginAgain({ id, task, row, draft }: Reinterview): Promise<Draft | null> {
  if (draft !== null) return draft;
  const heard = await heardOf(id);
  const questionnaire = task?.questionnaire ?? heard?.questionnaire ?? null;
  if (questionnaire === null) return null;
  const asked = await form(questionnaire);
  const answers = heard?.answers ?? {};
  const made: Draft = {
    ...{ record_id: id, after: row?.serial ?? 0, campaign: task?.campaign ?? row?.campaign ?? '' },
    ...{ questionnaire: againName(questionnaire), region_code: task?.region_code ?? '', listing_id: null },
    ...(asked === null ? { answers, typed: {} } : apart(asked, answers)),
    ...{ started_at: heard?.started_at ?? nowHere(), captured_at: null },
    location: (heard?.location ?? null) as Draft['location'],
    // At its end, which names what is wrong.
    page: (row?.errors ?? []).length > 0 ? -1 : 0,
    question: null,
  };
  await here().drafts.keep(made);
  changed();
  return made;
}

/** Record what was heard: it waits to be sent when this is done, and the draft is gone. @throws StorageFull */
export async function finishAgain(draft: Draft): Promise<void> {
  await record(draft.record_id, draft.campaign, draft.after, {
    ...{ result: 'done', questionnaire: questionnaireOf(draft), started_at: draft.started_at },
    // A correction is another content only by its own time.
    ...{ captured_at: nowHere(), location: draft.location, answers: withoutBlanks(withTyped(draft)) },
  });
}

/** Record that there was no interview, and why. What was begun is thrown away. @throws StorageFull */
export async function finishWithout(
  { id, task, row, draft }: Reinterview,
  result: (typeof NO_INTERVIEW)[number],
  location: Draft['location'],
): Promise<void> {
  const questionnaire = task?.questionnaire ?? (await heardOf(id))?.questionnaire ?? '';
  const after = Math.max(row?.serial ?? 0, draft?.after ?? 0);
  const campaign = task?.campaign ?? row?.campaign ?? '';
  await record(id, campaign, after, { result, questionnaire, captured_at: nowHere(), location });
}

async function record(id: string, campaign: string, after: number, heard: HeardAgain): Promise<void> {
  const { tablet, drafts } = here();
  const task = (await tablet.reinterviews.tasks()).find((each) => each.id === id);
  const before: AgainContent | null = await tablet.reinterviews.content(id);
  const name = task?.business_name ?? before?.name ?? String(heard.answers?.legal_name ?? '');
  const place = task?.region_name ?? before?.place ?? '';
  await tablet.reinterviews.record({ id, campaign, name, place }, heard, after);
  await drafts.drop(id);
  changed();
}

const TOLD_FOR_MS = 24 * 3_600_000;

/** Of how many the answers were deleted on the last day, since nobody needs them: it is told for so long. */
export async function notNeeded(now = Date.now()): Promise<number> {
  const told = await kept<{ at: number; count: number }>('not_needed');
  return told !== null && Math.abs(now - told.at) < TOLD_FOR_MS ? told.count : 0;
}

export async function keepNotNeeded(count: number): Promise<void> {
  if (count > 0) await keep('not_needed', { at: Date.now(), count: count + (await notNeeded()) });
}
