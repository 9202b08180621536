import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { FactList } from './fact-list.tsx';

interface Told {
  /** What is counted, and how much, as it is written. */
  readonly figures: readonly (readonly [string, string])[];
  readonly className: string | undefined;
  readonly isBad: boolean;
  /** What it comes to, in a sentence. */
  readonly children: ReactNode;
}

/** What came of a file, or would: figures, and in a sentence whether it was taken. */
export function Outcome({ figures, className, isBad, children }: Told) {
  return (
    <>
      <FactList className={`figures ${className}`} facts={figures} />
      <Alert
        role="status"
        variant="light"
        color={isBad ? 'orange' : 'teal'}
        icon={isBad ? <IconAlertTriangle aria-hidden /> : <IconCircleCheck aria-hidden />}
      >
        {children}
      </Alert>
    </>
  );
}
