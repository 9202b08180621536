import { signOut } from '@kumkm/shared/session/session.ts';
import { speak, useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useMe } from '../data/me.ts';
import { shell } from '../texts/shell.ts';
import { AccountButton } from './account.tsx';
import styles from './account-menu.module.css';

const THEMES = [
  { name: 'light', icon: IconSun, IconUserCircle },
  { name: 'dark', icon: IconMoon },
  { name: 'auto', icon: IconDeviceDesktop },
] as const;

/** Who is signed in; language, appearance, one's own account, and the way out. */
export default function AccountMenu({ open }: { readonly open: boolean }) {
  const t = useTexts(shell);
  const language = useLanguage();
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu
      position="bottom-end"
      width={260}
      defaultOpened={open}
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <AccountButton />
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.who}>
          <strong>{me?.name}</strong>
          <span>{me?.username}</span>
        </div>
        <Menu.Divider />
        <Menu.Label>{t.theme}</Menu.Label>
        <Menu.RadioGroup value={colorScheme}>
          {THEMES.map(({ name, icon: Icon }) => (
            <Menu.RadioItem
              key={name}
              value={name}
              rightSection={<Icon size={18} aria-hidden />}
              onChange={() => setColorScheme(name)}
            >
              {name === 'auto' ? t.system : t[name]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t.language}</Menu.Label>
        <Menu.RadioGroup value={language}>
          {(['id', 'en'] as const).map((each) => (
            <Menu.RadioItem
              key={each}
              value={each}
              lang={each}
              rightSection={<IconLanguage size={18} aria-hidden />}
              onChange={() => speak(each)}
            >
              {each === 'id' ? 'Bahasa Indonesia' : 'English'}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item component={Link} to="/akun" leftSection={<IconUserCircle size={18} aria-hidden />}>
          {t.ownAccount}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={18} aria-hidden />}
          onClick={() => void signOut().catch(() => undefined)}
        >
          {t.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
