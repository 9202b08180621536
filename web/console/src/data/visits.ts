/** What a door counts as where nobody was interviewed: what is not final first. */
export const VISIT_RESULTS = [
  'open_visits',
  'non_response',
  'refused',
  'closed',
  'moved',
  'not_found',
  'not_eligible',
] as const;
