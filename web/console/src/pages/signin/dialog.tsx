import { signOut } from '@kumkm/shared/session/session.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, Modal } from '@mantine/core';
import { useMe } from '../../data/me.ts';
import { signin } from '../../texts/signin.ts';
import { SignInForm } from './form.tsx';

/** Over a page whose session ended. The page below stays as it is. */
export function SignInDialog() {
  const t = useTexts(signin);
  const me = useMe();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t.again}
      centered
    >
      <p>{t.againAbout}</p>
      <SignInForm me={me} />
      <Button variant="subtle" fullWidth mt="sm" onClick={() => void signOut().catch(() => undefined)}>
        {t.otherAccount}
      </Button>
    </Modal>
  );
}
