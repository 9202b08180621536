import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconFileSpreadsheet } from '@tabler/icons-react';
import { type QueryKey, useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { parts } from '../texts/parts.ts';
import { DropFile } from './drop-file.tsx';
import { Fault } from './fault.tsx';
import styles from './file-entry.module.css';
import { useFileEntry } from './use-file-entry.ts';

interface Told<Report> {
  /** What the file is, below its name. */
  readonly about: string;
  /** Sends the file as it is, to be tried alone or to be entered; the server reads it. */
  readonly send: (file: File, dryRun: boolean) => Promise<Report>;
  /** Which queries have other answers once it is entered. */
  readonly changed: QueryKey;
  /** What holds where nobody knows whether it was entered. */
  readonly safeAgain: string;
  /** What the button says that enters what was tried; undefined where there is nothing to enter. */
  readonly enter: (tried: Report) => string | undefined;
  readonly children: (report: Report) => ReactNode;
}

/** What was chosen, as it is now: somebody may save it again between the trial and the entry, and the browser then sends neither. */
async function whole(chosen: File): Promise<File> {
  return new File([await chosen.arrayBuffer()], chosen.name);
}

/** Nobody knows whether the server entered the file before its answer was lost. */
function isUnknown(fault: Error | null): boolean {
  return fault instanceof Unreachable || (fault instanceof ApiProblem && fault.status >= 500);
}

/** A table from a file: chosen, tried with its faults shown, then entered, all of it or nothing. */
export function FileEntry<Report extends { readonly fault_count: number }>(told: Told<Report>) {
  const { about, send, changed, safeAgain, enter, children } = told;
  const t = useTexts(parts);
  const [file, setFile] = useState<File | undefined>(undefined);
  const reading = useMutation({ mutationFn: whole });
  const entry = useFileEntry({ send, changed });
  const { trying, entering, report } = entry;

  function take(chosen: File) {
    reading.mutate(chosen, {
      onSuccess: (next) => {
        setFile(next);
        entry.begin(next);
      },
    });
  }
  function leave() {
    setFile(undefined);
    reading.reset();
    entry.leave();
  }

  if (file === undefined) {
    return (
      <>
        {reading.isError && (
          <Alert role="alert" variant="light" color="orange" icon={<IconAlertTriangle aria-hidden />}>
            {t.unreadableFile}
          </Alert>
        )}
        <DropFile
          accept=".csv,.xlsx"
          title={t.dropFile}
          hint={t.dropHint}
          choose={t.chooseFile}
          onFile={take}
        />
      </>
    );
  }
  const unknown = isUnknown(entering.error);
  const entered = entry.isClean && trying.data !== undefined ? enter(trying.data) : undefined;
  return (
    <section className={styles.file} aria-label={file.name}>
      <header className={styles.head}>
        <IconFileSpreadsheet aria-hidden size={28} stroke={1.5} />
        <div>
          <h2>{file.name}</h2>
          <p className={styles.quiet}>{about}</p>
        </div>
        <Button variant="default" onClick={leave} disabled={entering.isPending}>
          {t.otherFile}
        </Button>
      </header>
      {(trying.isPending || entering.isPending) && (
        <p role="status">{entering.isPending ? t.enteringFile : t.tryingFile}</p>
      )}
      {trying.isError && <Fault fault={trying.error} again={() => trying.mutate(file)} />}
      {entering.isError && (
        <Fault
          fault={entering.error}
          next={unknown ? safeAgain : undefined}
          again={() => entering.mutate(file)}
        />
      )}
      {report !== undefined && !entering.isPending && !unknown && children(report)}
      {entered !== undefined && entering.isIdle && (
        <div className={styles.buttons}>
          <Button onClick={() => entering.mutate(file)}>{entered}</Button>
        </div>
      )}
    </section>
  );
}
