import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { webhooks } from '../../texts/webhooks.ts';

interface Told {
  readonly secret: string;
  readonly onClose: () => void;
}

/** A secret, shown once and never kept. */
export function Secret({ secret, onClose }: Told) {
  const t = useTexts(webhooks);
  return (
    <Dialog title={t.secret} onClose={onClose}>
      <SecretOnce once={t.secretOnce} secret={secret} />
    </Dialog>
  );
}
