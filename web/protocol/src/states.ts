// The states of a revision, and what an answer of the server makes of them. Pure. The states are drawn in `openapi/README.md`.

/**
 * `queued`: recorded, to be sent. `sending`: in a batch whose receipt has not come. `acknowledged`: the receipt said purge;
 * deleted only after reconciling. `confirmed`: stored; deleted three days later. `kept`: held or in conflict, waits for a
 * decision. `to_fix`: a person corrects what the server found. `returned`: a supervisor returned it. `superseded`: a later
 * revision was recorded here. `purged`: only its id is left.
 */
export type State =
  | 'queued'
  | 'sending'
  | 'acknowledged'
  | 'confirmed'
  | 'kept'
  | 'to_fix'
  | 'returned'
  | 'superseded'
  | 'purged';

/** What the server said of a revision, for people. */
export interface Told {
  errors?: Doubt[];
  warnings?: Doubt[];
  matched_on?: string[];
  counted_as?: string | null;
  reason?: string | null;
  decided_at?: string;
  change?: unknown;
}

export interface Doubt {
  pointer?: string;
  code: string;
  detail?: string;
}

/** The server's answer about one revision. */
export interface Verdict {
  state: State;
  outcome: string | null;
  told: Told | null;
}

const ACTIONS: Readonly<Record<string, State>> = { purge: 'acknowledged', keep: 'kept', fix: 'to_fix' };
const OUTCOMES: ReadonlySet<unknown> = new Set([
  ...['accepted', 'updated', 'unchanged', 'duplicate', 'conflict', 'held', 'invalid'],
  ...[null, undefined],
]);

/** The next state by a line of the server; what is not known means keep, since waiting does no harm. */
export function stateOf(line: { outcome?: unknown; client_action?: unknown }): State {
  if (!OUTCOMES.has(line.outcome)) return 'kept';
  const action = line.client_action;
  return typeof action === 'string' && Object.hasOwn(ACTIONS, action) ? (ACTIONS[action] ?? 'kept') : 'kept';
}

/** What is kept of a line of a receipt. */
export function toldBy(line: Readonly<Record<string, unknown>>): Told {
  const list = (name: string) => (Array.isArray(line[name]) ? line[name] : []);
  const counted = line.counted_as;
  return {
    errors: list('errors'),
    warnings: list('warnings'),
    matched_on: list('matched_on'),
    counted_as: typeof counted === 'string' ? counted : null,
  };
}

/**
 * What a line of reconciling makes of a revision: a verdict, `confirmed`, or null where nothing changes. Without a line of
 * its own a confirmed revision has to be confirmed again, and every other one stays.
 */
export function afterReconcile(
  row: { state: State; outcome: string | null; told: Told | null },
  line: Readonly<Record<string, unknown>> | undefined,
): Verdict | 'confirmed' | null {
  const state = line?.state;
  if (line === undefined || state === undefined || state === null) {
    return row.state === 'confirmed' ? { ...row, state: 'acknowledged' } : null;
  }
  const outcome = typeof line.outcome === 'string' ? line.outcome : null;
  if (state === 'stored') {
    const after = stateOf(line);
    if (after === 'acknowledged') return 'confirmed';
    return after === row.state ? null : { state: after, outcome, told: row.told };
  }
  if (state === 'missing') return { state: 'queued', outcome: null, told: null };
  if (state === 'different')
    return { state: 'to_fix', outcome: null, told: { errors: [{ code: 'different' }] } };
  return { state: 'kept', outcome: null, told: row.told };
}
