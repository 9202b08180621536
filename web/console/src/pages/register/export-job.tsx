import { save } from '@kumkm/shared/files.ts';
import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { ActionIcon, Button, Progress } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClock, IconDownload, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Fault } from '../../parts/fault.tsx';
import { register } from '../../texts/register.ts';
import styles from './exports.module.css';
import { endingOf, fileOf, isMoving, type Job, jobsQuery, removeExport } from './queries.ts';
import { sizeText } from './size-text.ts';

function iconOf(state: string) {
  if (state === 'done') return IconCircleCheck;
  return state === 'failed' ? IconAlertTriangle : IconClock;
}

/** One export: how far it is; its file, once it is there. */
export function ExportJob({ job }: { readonly job: Job }) {
  const t = useTexts(register);
  const language = useLanguage();
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: jobsQuery.queryKey });
  const fetching = useMutation({
    mutationFn: async () =>
      save(await fileOf(job), `register-${job.created_at.slice(0, 10)}.${endingOf(job.format)}`),
    gcTime: 0,
  });
  const removing = useMutation({ mutationFn: () => removeExport(job.id), onSuccess: refresh });
  const Icon = iconOf(job.state);
  const done = count(job.rows_done, language);
  const part =
    job.rows_total === null ? 0 : Math.min(100, (job.rows_done / Math.max(1, job.rows_total)) * 100);
  const rows =
    job.state === 'done' || job.rows_total === null
      ? t.rowsDone(job.state === 'done' ? count(job.rows_total ?? job.rows_done, language) : done)
      : t.rows(done, count(job.rows_total, language));
  return (
    <li className={styles.job}>
      <div className={styles.head}>
        <span className={styles.state} data-state={job.state}>
          <Icon size={18} stroke={2} aria-hidden />
          {t.jobStates[job.state] ?? job.state}
        </span>
        <strong>{job.format.toUpperCase()}</strong>
      </div>
      <p className={styles.quiet}>
        {[
          rows,
          job.state === 'done' ? sizeText(job.size, language) : undefined,
          t.made(longMoment(job.created_at, language)),
        ]
          .filter((each) => each !== undefined)
          .join(' · ')}
      </p>
      {isMoving(job) && <Progress value={part} aria-label={t.progress(job.format)} size="md" radius="xl" />}
      {job.state === 'failed' && <p>{t.failedAbout}</p>}
      {fetching.isError && <Fault fault={fetching.error} />}
      {removing.isError && <Fault fault={removing.error} />}
      {!isMoving(job) && (
        <div className={styles.actions}>
          {job.state === 'done' && (
            <Button
              variant="light"
              leftSection={<IconDownload size={18} aria-hidden />}
              loading={fetching.isPending}
              onClick={() => fetching.mutate()}
            >
              {t.download}
            </Button>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            loading={removing.isPending}
            onClick={() => removing.mutate()}
            aria-label={`${t.remove}: ${job.format.toUpperCase()}, ${longMoment(job.created_at, language)}`}
          >
            <IconTrash size={18} stroke={1.75} aria-hidden />
          </ActionIcon>
        </div>
      )}
    </li>
  );
}
