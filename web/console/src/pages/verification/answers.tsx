import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { agencyName } from '../../data/agencies.ts';
import { FaultyCells } from '../../parts/faulty-cells.tsx';
import file from '../../parts/file-entry.module.css';
import { FileEntry } from '../../parts/file-entry.tsx';
import { Outcome } from '../../parts/outcome.tsx';
import section from '../../parts/section.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { verification } from '../../texts/verification.ts';
import { wordOf } from '../../texts/word-of.ts';
import { type AnswersReport, type Request_, sendAnswers, VERIFICATION } from './queries.ts';
import styles from './verification.module.css';

/** Where the answer file goes in: tried first, then all of it or nothing. */
export function Answers({ request }: { readonly request: Request_ }) {
  const t = useTexts(verification);
  const language = useLanguage();
  return (
    <section className={styles.answers} aria-labelledby="answers">
      <div>
        <h3 id="answers">{t.answers}</h3>
        <p className={section.quiet}>{t.answersAbout}</p>
      </div>
      <FileEntry
        about={t.answersOf(wordOf(t.kinds, request.kind), agencyName(request.source))}
        send={(sent, dryRun) => sendAnswers(request.id, sent, dryRun)}
        changed={VERIFICATION}
        safeAgain={t.safeAgain}
        enter={(tried) => (tried.answered === 0 ? undefined : t.enter(count(tried.answered, language)))}
      >
        {(report) => <Report report={report} />}
      </FileEntry>
    </section>
  );
}

function Report({ report }: { readonly report: AnswersReport }) {
  const t = useTexts(verification);
  const language = useLanguage();
  const figures = [
    [t.rows, report.rows],
    [t.states.match, report.match],
    [t.states.mismatch, report.mismatch],
    [t.states.not_found, report.not_found],
    [t.unchanged, report.unchanged],
    [t.empty, report.empty],
    [t.outdated, report.outdated],
  ] as const;
  const words = { ...t, dryNoFaults: report.answered === 0 ? t.dryNothing : t.dryNoFaults };
  return (
    <>
      <Outcome
        report={report}
        figures={report.fault_count > 0 ? figures.slice(0, 1) : figures}
        words={words}
        className={`${surfaces.figures} ${file.figures}`}
      >
        {report.outdated > 0 && ` ${t.outdatedAbout(count(report.outdated, language))}`}
        {report.waiting > 0 && ` ${t.inBackground(count(report.waiting, language))}`}
      </Outcome>
      {report.fault_count > 0 && <FaultyCells faults={report.faults} />}
    </>
  );
}
