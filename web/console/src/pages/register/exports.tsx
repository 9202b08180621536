import { useTexts } from '@kumkm/shared/texts/language.ts';
import { useQuery } from '@tanstack/react-query';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { register } from '../../texts/register.ts';
import { ExportForm } from './export-form.tsx';
import { ExportJob } from './export-job.tsx';
import styles from './exports.module.css';
import { jobsQuery } from './queries.ts';

/** The register as files: asked for at the left, followed and fetched at the right. */
export function Exports() {
  const t = useTexts(register);
  const jobs = useQuery(jobsQuery);
  return (
    <div className={styles.columns}>
      <ExportForm />
      <section className={`${surfaces.card} ${styles.card}`} aria-labelledby="jobs">
        <h2 id="jobs">{t.jobs}</h2>
        {jobs.isError && jobs.data === undefined && (
          <Fault fault={jobs.error} again={() => void jobs.refetch()} />
        )}
        {jobs.isPending && <Waiting rows={3} height={72} />}
        {jobs.data?.length === 0 && <p className={`${surfaces.none} ${styles.none}`}>{t.noJobs}</p>}
        {jobs.data !== undefined && jobs.data.length > 0 && (
          <ul className={styles.jobs}>
            {jobs.data.map((job) => (
              <ExportJob key={job.id} job={job} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
