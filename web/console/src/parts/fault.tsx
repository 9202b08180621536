import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { shell } from '../texts/shell.ts';

interface Told {
  readonly fault: unknown;
  readonly again?: (() => void) | undefined;
  /** What this page says about it: what is known now, and what may be done. */
  readonly next?: string | undefined;
}

/** What went wrong, in the problem's own words, and what to do next. */
export function Fault({ fault, again, next }: Told) {
  const t = useTexts(shell);
  const away = fault instanceof Unreachable;
  const problem = fault instanceof ApiProblem ? fault.problem : undefined;
  const title = problem?.title ?? (away ? t.unreachableTitle : t.faultTitle);
  return (
    <Alert
      role="alert"
      color={away ? 'gray' : 'orange'}
      variant="light"
      title={title}
      icon={away ? <IconPlugConnectedX aria-hidden /> : <IconAlertTriangle aria-hidden />}
    >
      <p>{problem?.detail ?? (away ? t.unreachable : t.fault)}</p>
      {next !== undefined && <p>{next}</p>}
      {problem?.errors !== undefined && problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((error) => (
            <li key={error.pointer + error.code}>{error.detail}</li>
          ))}
        </ul>
      )}
      {problem !== undefined && problem.status >= 500 && (
        <p>
          {t.reference}: <code>{problem.trace_id}</code>
        </p>
      )}
      {again !== undefined && (
        <Button variant="default" size="sm" onClick={again}>
          {t.tryAgain}
        </Button>
      )}
    </Alert>
  );
}

/** The router's: a page that could not be shown at all. */
export function PageFault({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  return <Fault fault={error} again={reset} />;
}
