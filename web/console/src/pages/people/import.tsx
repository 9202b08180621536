import { api, got } from '@kumkm/shared/api/client.ts';
import { ApiProblem, Unreachable } from '@kumkm/shared/api/problem.ts';
import { save } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconFileSpreadsheet } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { DropFile } from '../../parts/drop-file.tsx';
import { Fault } from '../../parts/fault.tsx';
import { useFileEntry } from '../../parts/use-file-entry.ts';
import { people } from '../../texts/people.ts';
import { COLUMNS, KINDS, mediaType } from './files.ts';
import styles from './import.module.css';
import type { FileKind, ImportReport } from './queries.ts';
import { Report } from './report.tsx';

interface Sent {
  readonly kind: FileKind;
  readonly file: File;
}

/** Send the file as it is; the server reads it. */
async function sendFile({ kind, file }: Sent, dryRun: boolean): Promise<ImportReport> {
  return await got(
    api.POST('/v1/imports/{kind}', {
      params: { path: { kind }, query: { dry_run: dryRun } },
      body: '',
      bodySerializer: () => file,
      headers: { 'Content-Type': mediaType(file.name) },
    }),
  );
}

/** What was chosen, as it is now: somebody may save it again between the trial and the entry, and the browser then sends neither. */
async function whole(chosen: File): Promise<File> {
  return new File([await chosen.arrayBuffer()], chosen.name);
}

/** Nobody knows whether the server entered the file before its answer was lost. */
function isUnknown(fault: Error | null): boolean {
  return fault instanceof Unreachable || (fault instanceof ApiProblem && fault.status >= 500);
}

/** Accounts, teams, members, assignments and targets from a file. */
export function Import() {
  const t = useTexts(people);
  const language = useLanguage();
  const [kind, setKind] = useState<FileKind>('accounts');
  const [file, setFile] = useState<File | undefined>(undefined);
  const reading = useMutation({ mutationFn: whole });
  const entry = useFileEntry({ send: sendFile, changed: ['people'] });
  const { trying, entering, report } = entry;

  function take(chosen: File) {
    reading.mutate(chosen, {
      onSuccess: (next) => {
        setFile(next);
        entry.begin({ kind, file: next });
      },
    });
  }
  function leave() {
    setFile(undefined);
    reading.reset();
    entry.leave();
  }

  const unknown = isUnknown(entering.error);
  return (
    <div className={styles.import}>
      <div className={styles.bar}>
        <ChoiceField
          label={t.kind}
          of={KINDS}
          names={t.kinds}
          value={kind}
          onChange={(next) => {
            setKind(next);
            leave();
          }}
        />
        <Button
          variant="subtle"
          leftSection={<IconDownload aria-hidden size={18} />}
          onClick={() =>
            save(new Blob([`${COLUMNS[kind].join(',')}\r\n`], { type: 'text/csv' }), `${kind}.csv`)
          }
        >
          {t.template}
        </Button>
      </div>
      {file === undefined ? (
        <>
          {reading.isError && (
            <Alert role="alert" variant="light" color="orange" icon={<IconAlertTriangle aria-hidden />}>
              {t.unreadable}
            </Alert>
          )}
          <DropFile accept=".csv,.xlsx" title={t.drop} hint={t.dropHint} choose={t.choose} onFile={take} />
        </>
      ) : (
        <section className={styles.file} aria-label={file.name}>
          <header className={styles.head}>
            <IconFileSpreadsheet aria-hidden size={28} stroke={1.5} />
            <div>
              <h2>{file.name}</h2>
              <p className={styles.quiet}>{t.kinds[kind]}</p>
            </div>
            <Button variant="default" onClick={leave} disabled={entering.isPending}>
              {t.otherFile}
            </Button>
          </header>
          {(trying.isPending || entering.isPending) && (
            <p role="status">{entering.isPending ? t.entering : t.trying}</p>
          )}
          {trying.isError && <Fault fault={trying.error} again={() => trying.mutate({ kind, file })} />}
          {entering.isError && (
            <Fault
              fault={entering.error}
              next={unknown ? t.safeAgain : undefined}
              again={() => entering.mutate({ kind, file })}
            />
          )}
          {report !== undefined && !entering.isPending && !unknown && <Report report={report} />}
          {entry.isClean && entering.isIdle && (
            <div className={styles.buttons}>
              <Button onClick={() => entering.mutate({ kind, file })}>
                {t.enter(count(trying.data?.rows, language))}
              </Button>
            </div>
          )}
        </section>
      )}
    </div>
  );
}
