import type { Column } from '@kumkm/shared/files.ts';
import type { quality } from '../../texts/quality.ts';
import type { Enumerator, Flag, Listed } from './queries.ts';

type Words = (typeof quality)['id'];

const sentences = (flags: readonly Flag[]) => flags.map((flag) => flag.text).join(' ');
const codes = (flags: readonly Flag[]) => flags.map((flag) => flag.code).join(' ');
const dismissed = (flags: readonly Flag[]) => codes(flags.filter((flag) => flag.dismissal !== null));

/** The columns of a file of enumerators. */
export function enumeratorColumns(t: Words): readonly Column<Enumerator>[] {
  return [
    { title: t.person, value: (row) => row.enumerator_name },
    { title: t.username, value: (row) => row.enumerator },
    { title: t.regionCode, value: (row) => row.region_code },
    { title: t.records, value: (row) => row.records },
    { title: t.flaggedRecords, value: (row) => row.flagged_records },
    {
      title: t.sharePercent,
      value: (row) =>
        row.records === 0 ? undefined : Math.round((row.flagged_records / row.records) * 1000) / 10,
    },
    { title: t.score, value: (row) => row.score },
    { title: t.flags, value: (row) => codes(row.flags) },
    { title: t.sentences, value: (row) => sentences(row.flags) },
    { title: t.dismissedCount, value: (row) => dismissed(row.flags) },
  ];
}

/** The columns of a file of records. */
export function recordColumns(t: Words): readonly Column<Listed>[] {
  return [
    { title: t.recordId, value: (row) => row.record_id },
    { title: t.village, value: (row) => row.region_name },
    { title: t.regionCode, value: (row) => row.region_code },
    { title: t.person, value: (row) => row.enumerator_name },
    { title: t.username, value: (row) => row.enumerator },
    { title: t.captured, value: (row) => row.captured_at },
    { title: t.flags, value: (row) => codes(row.flags) },
    { title: t.sentences, value: (row) => sentences(row.flags) },
    { title: t.dismissedCount, value: (row) => dismissed(row.flags) },
    { title: t.warnings, value: (row) => row.warnings.join(' ') },
  ];
}
