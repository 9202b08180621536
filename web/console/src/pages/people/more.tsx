import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { people } from '../../texts/people.ts';

/** The rest of a list that is too long to come by itself. */
export function More({ more }: { readonly more: (() => void) | undefined }) {
  const t = useTexts(people);
  if (more === undefined) return null;
  return (
    <Button variant="default" mt="md" onClick={more}>
      {t.more}
    </Button>
  );
}
