import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useEffect, useId, useState } from 'react';
import { Button, Dialog, Field, Notice, styles } from '../parts/parts.tsx';
import { makeBackup, NotTaken, type Taken, takeBackup } from '../state/backup.ts';
import { nowHere } from '../state/device.ts';
import { StorageFull } from '../storage/store.ts';
import { app } from '../texts/app.ts';
import { settings } from '../texts/more.ts';
import own from './backup.module.css';

export function Backup() {
  const t = useTexts(settings);
  const [made, set] = useState<{ code: string; url: string } | null>(null);
  const [taking, setTaking] = useState(false);
  const make = async () => {
    const { code, file } = await makeBackup();
    set({ code, url: URL.createObjectURL(file) });
  };
  useEffect(() => () => URL.revokeObjectURL(made?.url ?? ''), [made]);
  return (
    <section className={styles.card}>
      <h2>{t.backup}</h2>
      <p className={styles.quiet}>{t.backupWhy}</p>
      <Button wide onClick={() => void make()}>
        <IconDownload size={20} aria-hidden /> {t.makeBackup}
      </Button>
      <Button wide onClick={() => setTaking(true)}>
        <IconUpload size={20} aria-hidden /> {t.takeBackup}
      </Button>
      {made !== null && (
        <Dialog title={t.backup} close={() => set(null)}>
          <p>{t.backupCode}</p>
          <p className={own.code}>{made.code}</p>
          <a
            className={styles.button}
            data-kind="main"
            href={made.url}
            download={`kumkm-${nowHere().slice(0, 10)}.cadangan`}
          >
            {t.saveFile}
          </a>
        </Dialog>
      )}
      {taking && <Take close={() => setTaking(false)} />}
    </section>
  );
}

function Take({ close }: { readonly close: () => void }) {
  const [t, general, language] = [useTexts(settings), useTexts(app), useLanguage()];
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [code, setCode] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [taken, setTaken] = useState<Taken | null>(null);
  const take = async () => {
    if (file === null) return setFault(t.needsFile);
    if (code.trim() === '') return setFault(t.needsCode);
    setFault(null);
    try {
      setTaken(await takeBackup(file, code));
    } catch (told) {
      const why = told instanceof NotTaken ? told.why : told instanceof StorageFull ? 'full' : 'file';
      setFault(t.backupFaults[why] ?? why);
    }
  };
  return (
    <Dialog title={t.takeBackup} close={close}>
      <div className={styles.field}>
        <label className={styles.label} htmlFor={id}>
          {t.openFile}
        </label>
        <input
          id={id}
          className={styles.input}
          type="file"
          onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)}
        />
      </div>
      <Field label={t.openCode} value={code} change={setCode} fault={fault} />
      {taken !== null && (
        <Notice tone="good">
          {t.taken(
            count(taken.records, language),
            count(taken.drafts, language),
            count(taken.photos, language),
          )}
        </Notice>
      )}
      <Button kind="main" wide onClick={() => void take()}>
        {t.take}
      </Button>
      <Button wide onClick={close}>
        {general.close}
      </Button>
    </Dialog>
  );
}
