import type { Column } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { RegionAnswer } from '../../data/progress.ts';
import { cellOf } from '../../parts/charts/cell.ts';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { type Share, SharesChart } from '../../parts/charts/shares.tsx';
import { overview } from '../../texts/overview.ts';

/** What became of the records that came in. They add up to all that was sent. */
export function Records({ answer }: { readonly answer: RegionAnswer }) {
  const t = useTexts(overview);
  const language = useLanguage();
  const { item } = answer;
  // A record of a verified business counts among those entered.
  const verified = Math.min(item.verified, item.entered);
  const shares: Share[] = [
    { kind: 'fill-done', name: t.kinds.verified, value: verified },
    { kind: 'fill-safe', name: t.kinds.entered, value: item.entered - verified },
    { kind: 'fill-quiet', name: t.kinds.duplicates, value: item.duplicates },
    { kind: 'fill-risk', name: t.kinds.conflicts, value: item.conflicts },
    { kind: 'fill-still', name: t.kinds.invalid, value: item.invalid },
  ];
  const columns: Column<Share>[] = [
    { title: t.kind, value: (row) => row.name },
    { title: t.number, value: (row) => row.value },
  ];
  return (
    <ChartFrame
      title={t.records}
      note={t.recordsNote(count(item.submissions, language))}
      columns={columns}
      rows={shares}
      format={cellOf(language)}
      file={`${item.region.name} ${answer.as_of}`}
    >
      <SharesChart shares={shares} label={t.recordsLabel} />
    </ChartFrame>
  );
}
