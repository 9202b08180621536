const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** By its name; what is neither is sent as CSV, and the server says what is wrong with it. */
export function mediaType(name: string): string {
  return /\.xlsx$/i.test(name) ? XLSX : 'text/csv';
}

export interface Place {
  readonly line: number;
  readonly column: string;
}

/** Where a fault stands, by the pointer of the report: `/lines/17/username`. */
export function placeOf(pointer: string): Place | undefined {
  const found = /^\/lines\/(\d+)\/(.*)$/.exec(pointer);
  if (found === null) return undefined;
  return { line: Number(found[1]), column: (found[2] ?? '').replaceAll('~1', '/').replaceAll('~0', '~') };
}
