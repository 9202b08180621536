import type { components } from '@kumkm/shared/api/schema.d.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { changes, Outcome } from '../../parts/outcome.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { map } from '../../texts/map.ts';
import { parts } from '../../texts/parts.ts';
import styles from './load-boundaries.module.css';
import { Preview } from './preview.tsx';

interface Told {
  readonly report: components['schemas']['BoundariesReport'];
  readonly file: File;
}

/** What would come of a file of boundaries, or came of it: figures, and faults at their features. */
export function BoundariesReport({ report, file }: Told) {
  const t = useTexts(map);
  const p = useTexts(parts);
  const language = useLanguage();
  return (
    <>
      <Outcome
        report={report}
        figures={[[t.features, report.features], ...changes(report, p)]}
        words={t}
        className={`${surfaces.figures} ${styles.figures}`}
      >
        {report.mended > 0 && ` ${t.mended(count(report.mended, language))}`}
      </Outcome>
      <Preview file={file} faults={report.faults} />
      {report.fault_count > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <ul className={styles.faults} aria-label={p.faultCount} tabIndex={0}>
          {report.faults.map(({ pointer, code, detail }) => (
            <li key={pointer + code}>
              {detail}
              <br />
              <code>{pointer}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
