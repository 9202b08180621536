import { api, got } from '@kumkm/shared/api/client.ts';
import { save } from '@kumkm/shared/files.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { FileEntry } from '../../parts/file-entry.tsx';
import { mediaType } from '../../parts/table-files.ts';
import { people } from '../../texts/people.ts';
import { COLUMNS, KINDS } from './files.ts';
import styles from './import.module.css';
import type { FileKind, ImportReport } from './queries.ts';
import { Report } from './report.tsx';

async function sendFile(kind: FileKind, file: File, dryRun: boolean): Promise<ImportReport> {
  return await got(
    api.POST('/v1/imports/{kind}', {
      params: { path: { kind }, query: { dry_run: dryRun } },
      body: '',
      bodySerializer: () => file,
      headers: { 'Content-Type': mediaType(file.name) },
    }),
  );
}

/** Accounts, teams, members, assignments and targets from a file. */
export function Import() {
  const t = useTexts(people);
  const language = useLanguage();
  const [kind, setKind] = useState<FileKind>('accounts');
  return (
    <div className={styles.import}>
      <div className={styles.bar}>
        <ChoiceField label={t.kind} of={KINDS} names={t.kinds} value={kind} onChange={setKind} />
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
      <FileEntry
        key={kind}
        about={t.kinds[kind]}
        send={(file, dryRun) => sendFile(kind, file, dryRun)}
        changed={['people']}
        safeAgain={t.safeAgain}
        enter={(tried) => t.enter(count(tried.rows, language))}
      >
        {(report) => <Report report={report} />}
      </FileEntry>
    </div>
  );
}
