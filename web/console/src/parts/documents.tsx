import { fileName, save } from '@kumkm/shared/files.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconFileSpreadsheet, IconFileTypePdf } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type Form, fetched } from '../data/documents.ts';
import { parts } from '../texts/parts.ts';
import styles from './documents.module.css';
import { Fault } from './fault.tsx';

interface Told {
  /** The forms that there are, with the path of each behind `/v1/`. */
  readonly paths: Readonly<Partial<Record<Form, string>>>;
  /** Of the file. */
  readonly name: string;
}

const ICONS = { pdf: IconFileTypePdf, xlsx: IconFileSpreadsheet } as const;
const FORMS = ['pdf', 'xlsx'] as const;

/** Documents that the server makes when they are asked for. */
export function Documents({ paths, name }: Told) {
  const t = useTexts(parts);
  const making = useMutation({
    mutationFn: async ({ path }: { readonly form: Form; readonly path: string }) =>
      await (await fetched(path)).blob(),
    onSuccess: (file, { form }) => save(file, `${fileName(name)}.${form}`),
  });
  return (
    <div className={`${styles.files} no-print`}>
      {FORMS.map((form) => {
        const path = paths[form];
        const Icon = ICONS[form];
        return (
          path !== undefined && (
            <Button
              key={form}
              variant="default"
              size="md"
              leftSection={<Icon size={18} stroke={1.75} aria-hidden />}
              loading={making.isPending && making.variables.form === form}
              onClick={() => making.mutate({ form, path })}
            >
              {t.document[form]}
            </Button>
          )
        );
      })}
      {making.isError && <Fault fault={making.error} />}
    </div>
  );
}
