import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { parts } from '../texts/parts.ts';
import { FactList } from './fact-list.tsx';

interface Report {
  readonly dry_run: boolean;
  readonly fault_count: number;
  readonly faults: readonly unknown[];
}

type Figure = readonly [string, number];

interface Words {
  readonly dryFaults: (faults: string) => string;
  readonly dryNoFaults: string;
  readonly enteredAll: string;
}

interface Told {
  readonly report: Report;
  /** What the file has and what came of it, each by its name. */
  readonly figures: readonly Figure[];
  readonly words: Words;
  readonly className: string;
  /** What else is to be said. */
  readonly children?: ReactNode;
}

/** What of a file is new, is another than before, or was so already. */
export function changes(
  report: { readonly created: number; readonly changed: number; readonly unchanged: number },
  words: (typeof parts)['id'],
): readonly Figure[] {
  return [
    [words.created, report.created],
    [words.changed, report.changed],
    [words.unchanged, report.unchanged],
  ];
}

/** What came of a file, or would: figures, and in a sentence whether it was taken. */
export function Outcome({ report, figures, words, className, children }: Told) {
  const t = useTexts(parts);
  const language = useLanguage();
  const isBad = report.fault_count > 0;
  const faults = count(report.fault_count, language);
  const all = [...figures, [t.faultCount, report.fault_count] as const];
  return (
    <>
      <FactList
        className={`figures ${className}`}
        facts={all.map(([name, figure]) => [name, count(figure, language)])}
      />
      <Alert
        role="status"
        variant="light"
        color={isBad ? 'orange' : 'teal'}
        icon={isBad ? <IconAlertTriangle aria-hidden /> : <IconCircleCheck aria-hidden />}
      >
        {isBad ? words.dryFaults(faults) : report.dry_run ? words.dryNoFaults : words.enteredAll}
        {report.faults.length < report.fault_count &&
          ` ${t.firstFaults(count(report.faults.length, language))}`}
        {children}
      </Alert>
    </>
  );
}
