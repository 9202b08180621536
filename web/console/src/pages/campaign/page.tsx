import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Page } from '../../parts/page.tsx';
import { shell } from '../../texts/shell.ts';

export function CampaignPage() {
  const t = useTexts(shell);
  return (
    <Page title={t.pages.campaign}>
      <p>{t.soon}</p>
    </Page>
  );
}
