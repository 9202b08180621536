import '@fontsource-variable/plus-jakarta-sans/wght.css';
import './mantine.ts';
import './global.css';
import './refusal.ts';
import { resume } from '@kumkm/shared/session/session.ts';
import { language } from '@kumkm/shared/texts/language.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

document.documentElement.lang = language.get();
void resume(); // while the first page's script is on its way

const place = document.getElementById('root');
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
