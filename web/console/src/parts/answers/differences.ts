/** Leaves of answers by their pointers; a list of leaves is one of them. */
export function leavesOf(value: unknown, at = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  collect(value, at, found);
  return found;
}

function collect(value: unknown, at: string, into: Map<string, unknown>): void {
  if (Array.isArray(value) && value.some((each) => typeof each === 'object' && each !== null)) {
    for (const [place, each] of value.entries()) collect(each, `${at}/${place}`, into);
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, each] of Object.entries(value)) {
      collect(each, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, into);
    }
  } else {
    into.set(at, value);
  }
}

/** Where two answers say something else, as far as they are shown: what is masked on both sides says nothing. */
export function differing(one: unknown, other: unknown): Set<string> {
  const mine = leavesOf(one);
  const theirs = leavesOf(other);
  const found = new Set<string>();
  for (const pointer of new Set([...mine.keys(), ...theirs.keys()])) {
    if (JSON.stringify(mine.get(pointer) ?? null) !== JSON.stringify(theirs.get(pointer) ?? null))
      found.add(pointer);
  }
  return found;
}
