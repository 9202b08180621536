import type { Column } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { cellOf } from '../../parts/charts/cell.ts';
import { ChartFrame } from '../../parts/charts/frame.tsx';
import { type Share, SharesChart } from '../../parts/charts/shares.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { field } from '../../texts/field.ts';
import styles from './field.module.css';
import { versionsOf } from './people.ts';
import type { ForceRow } from './queries.ts';
import type { FieldSearch } from './search.ts';

const KINDS = ['fill-done', 'fill-safe', 'fill-risk', 'fill-still', 'fill-quiet'] as const;

interface Told {
  readonly rows: readonly ForceRow[];
  readonly file: string;
  readonly onChange: (told: FieldSearch) => void;
}

/** Silent tablets, records that have not been sent, and versions of the app. */
export function TabletFigures({ rows, file, onChange }: Told) {
  const t = useTexts(field);
  const language = useLanguage();
  const without = rows.filter((row) => row.tablets.length === 0).length;
  const silent = rows.filter((row) => row.silent).length;
  const holders = rows.filter((row) => (row.unsent ?? 0) > 0);
  const unsent = holders.reduce((sum, row) => sum + (row.unsent ?? 0), 0);
  const versions = versionsOf(rows);
  const shares: Share[] = versions.map(({ version, tablets }, place) => ({
    kind: version === null ? 'fill-quiet' : (KINDS[Math.min(place, KINDS.length - 1)] ?? 'fill-quiet'),
    name: version === null ? t.unknownVersion : `${t.version} ${version}`,
    value: tablets,
  }));
  const columns: Column<Share>[] = [
    { title: t.version, value: (row) => row.name },
    { title: t.tabletCount, value: (row) => row.value },
  ];
  const whole = shares.reduce((sum, share) => sum + share.value, 0);
  return (
    <div className={styles.pair}>
      <section className={`${surfaces.card} ${styles.card}`} aria-label={t.tabletFigures}>
        <dl className={styles.tablets}>
          <Figure
            name={t.silentTablets}
            value={silent}
            note={t.silentNote}
            onShow={() => onChange({ tab: 'list', tablets: 'silent' })}
          />
          <Figure
            name={t.unsentRecords}
            value={unsent}
            note={t.unsentNote(count(holders.length, language))}
            onShow={() => onChange({ tab: 'list', tablets: 'unsent' })}
          />
          <Figure name={t.noTablet} value={without} note={t.noTabletNote} />
        </dl>
      </section>
      {whole > 0 && (
        <ChartFrame
          title={t.versions}
          note={t.versionsNote(count(whole, language))}
          columns={columns}
          rows={shares}
          format={cellOf(language)}
          file={file}
        >
          <SharesChart shares={shares} label={t.versionsLabel} />
        </ChartFrame>
      )}
    </div>
  );
}

interface FigureTold {
  readonly name: string;
  readonly value: number;
  readonly note: string;
  readonly onShow?: () => void;
}

function Figure({ name, value, note, onShow }: FigureTold) {
  const t = useTexts(field);
  const language = useLanguage();
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong className={styles.big}>{count(value, language)}</strong>
        <span>{note}</span>
        {onShow !== undefined && value > 0 && (
          <Button variant="subtle" size="compact-sm" aria-label={`${t.show}: ${name}`} onClick={onShow}>
            {t.show}
          </Button>
        )}
      </dd>
    </div>
  );
}
