import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconBuilding } from '@tabler/icons-react';
import { Fault } from '../../parts/fault.tsx';
import { signin } from '../../texts/signin.ts';
import styles from './signin.module.css';
import type { useByOrganisation } from './use-organisation.ts';

type Told = Omit<ReturnType<typeof useByOrganisation>, 'offered'>;

/** The button, and what came of it. */
export function ByOrganisation({ name, pending, fault, enter, link }: Told) {
  const t = useTexts(signin);
  return (
    <>
      {fault != null && <Fault fault={fault} />}
      <Button
        size="md"
        variant="default"
        fullWidth
        classNames={{ root: styles.long, label: styles.longLabel }}
        leftSection={<IconBuilding size={20} stroke={1.75} aria-hidden />}
        loading={pending}
        onClick={enter}
      >
        {t.enterByOrganisation(name)}
      </Button>
      {link !== undefined && (
        <a href={link} target="_blank" rel="noreferrer">
          {t.openOrganisation}
        </a>
      )}
    </>
  );
}
