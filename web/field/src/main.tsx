import './global.css';
import { language } from '@kumkm/shared/texts/language.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { start } from './state/start.ts';
import { watchUpdates } from './state/updates.ts';

document.documentElement.lang = language.get();
watchUpdates();
void start();

const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
