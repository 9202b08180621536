import type { components } from '@kumkm/shared/api/schema.d.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Outcome } from '../../parts/outcome.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { map } from '../../texts/map.ts';
import styles from './load-boundaries.module.css';
import { Preview } from './preview.tsx';

interface Told {
  readonly report: components['schemas']['BoundariesReport'];
  readonly file: File;
}

/** What would come of a file of boundaries, or came of it: figures, and faults at their features. */
export function BoundariesReport({ report, file }: Told) {
  const t = useTexts(map);
  const language = useLanguage();
  const say = (figure: number) => count(figure, language);
  const bad = report.fault_count > 0;
  const figures = [
    [t.features, say(report.features)],
    [t.created, say(report.created)],
    [t.changed, say(report.changed)],
    [t.unchanged, say(report.unchanged)],
    [t.faultCount, say(report.fault_count)],
  ] as const;
  const words = bad ? t.dryFaults(say(report.fault_count)) : report.dry_run ? t.dryNoFaults : t.enteredAll;
  return (
    <>
      <Outcome figures={figures} className={`${surfaces.figures} ${styles.figures}`} isBad={bad}>
        {words}
        {report.faults.length < report.fault_count && ` ${t.firstFaults(say(report.faults.length))}`}
        {report.mended > 0 && ` ${t.mended(say(report.mended))}`}
      </Outcome>
      <Preview file={file} faults={report.faults} />
      {bad && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        <ul className={styles.faults} aria-label={t.faultCount} tabIndex={0}>
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
