import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { Page } from '../../parts/page.tsx';
import { signin } from '../../texts/signin.ts';

/** Somebody is signed in again, and what was typed waits in another tab. This one goes, if the browser lets it. */
export function BackPage() {
  const t = useTexts(signin);
  useEffect(() => window.close(), []);
  return (
    <Page title={t.signedInAgain} about={t.backToTab}>
      <div>
        <Button variant="default" size="md" onClick={() => window.close()}>
          {t.closeTab}
        </Button>
      </div>
    </Page>
  );
}
