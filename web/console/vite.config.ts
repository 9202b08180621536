import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { coded } from '../tools/coded.ts';
import { icons } from '../tools/icons.ts';

/** What `npm run dev` passes on to: the demo, by default where `make run` serves. */
const API = process.env.KUMKM_API ?? 'http://127.0.0.1:8000';

export default defineConfig({
  // Addresses in the built files are relative: the server puts the path in front under which a proxy hands it out.
  base: './',
  plugins: [icons(), react(), coded()],
  html: { cspNonce: '__CSP_NONCE__' },
  server: { proxy: { '/v1': API, '/docs': API } },
  build: {
    outDir: process.env.KUMKM_WEB_BUILT ?? '../../app/web/built/console',
    emptyOutDir: true,
    assetsInlineLimit: 0, // no data: address, so that the content policy needs none
    sourcemap: false,
    target: ['chrome111', 'firefox115', 'safari16.4'],
    chunkSizeWarningLimit: 1100,
  },
});
