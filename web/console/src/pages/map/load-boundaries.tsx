import { api, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { DropFile } from '../../parts/drop-file.tsx';
import { Fault } from '../../parts/fault.tsx';
import { useFileEntry } from '../../parts/use-file-entry.ts';
import { map } from '../../texts/map.ts';
import { BoundariesReport } from './boundaries-report.tsx';
import styles from './load-boundaries.module.css';

type Report = components['schemas']['BoundariesReport'];

interface Sent {
  readonly file: File;
  readonly property: string;
}

/** Send the file as it is; the server reads it. */
async function sendFile({ file, property }: Sent, dryRun: boolean): Promise<Report> {
  return await got(
    api.PUT('/v1/regions/boundaries', {
      params: { query: { dry_run: dryRun, code_property: property } },
      body: {},
      bodySerializer: () => file,
      headers: { 'Content-Type': 'application/geo+json' },
    }),
  );
}

/** Boundaries for the map, from a file. */
export function LoadBoundaries({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(map);
  const language = useLanguage();
  const [property, setProperty] = useState('code');
  const [file, setFile] = useState<File | undefined>(undefined);
  const entry = useFileEntry({ send: sendFile, changed: ['map'] });
  const { trying, entering, report } = entry;
  const sent = (each: File) => ({ file: each, property: property.trim() || 'code' });

  function take(next: File) {
    setFile(next);
    entry.begin(sent(next));
  }

  return (
    <Dialog title={t.loadTitle} size="lg" onClose={onClose}>
      <div className={styles.load}>
        <p className={styles.quiet}>{t.loadAbout}</p>
        <TextInput
          label={t.property}
          description={t.propertyHint}
          value={property}
          maxLength={100}
          onChange={({ currentTarget }) => setProperty(currentTarget.value)}
        />
        {file === undefined ? (
          <DropFile
            accept=".geojson,.json"
            title={t.drop}
            hint={t.dropHint}
            choose={t.chooseFile}
            onFile={take}
          />
        ) : (
          <section className={styles.file} aria-label={file.name}>
            <h3>{file.name}</h3>
            {(trying.isPending || entering.isPending) && (
              <p role="status">{entering.isPending ? t.entering : t.trying}</p>
            )}
            {trying.isError && <Fault fault={trying.error} again={() => trying.mutate(sent(file))} />}
            {entering.isError && <Fault fault={entering.error} again={() => entering.mutate(sent(file))} />}
            {report !== undefined && !trying.isPending && !entering.isPending && (
              <BoundariesReport report={report} file={file} />
            )}
            <div className={styles.buttons}>
              {entry.isClean && entering.data === undefined && (
                <Button loading={entering.isPending} onClick={() => entering.mutate(sent(file))}>
                  {t.enter(count(trying.data?.features, language))}
                </Button>
              )}
              {entering.data === undefined && (
                <Button
                  variant="default"
                  disabled={trying.isPending}
                  onClick={() => trying.mutate(sent(file))}
                >
                  {t.again}
                </Button>
              )}
              <Button
                variant="default"
                disabled={entering.isPending}
                onClick={() => {
                  setFile(undefined);
                  entry.leave();
                }}
              >
                {t.otherFile}
              </Button>
              {entering.data !== undefined && <Button onClick={onClose}>{t.close}</Button>}
            </div>
          </section>
        )}
      </div>
    </Dialog>
  );
}
