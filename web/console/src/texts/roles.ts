import { texts } from '@kumkm/shared/texts/language.ts';

/** What roles are called. */
export const roles = texts({
  id: {
    enumerator: 'Enumerator',
    coordinator: 'Koordinator',
    officer: 'Petugas Dinas',
    system: 'Sistem',
    admin: 'Admin',
  },
  en: {
    enumerator: 'Enumerator',
    coordinator: 'Coordinator',
    officer: 'Officer of the Dinas',
    system: 'System',
    admin: 'Admin',
  },
});
