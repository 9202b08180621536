import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { coded } from '../tools/coded.ts';
import { icons } from '../tools/icons.ts';

/** What `npm run dev` passes on to: the demo, by default where `make run` serves. */
const API = process.env.KUMKM_API ?? 'http://127.0.0.1:8000';

/** The app's version is that of the server it came with. */
const [, VERSION = '0'] = /__version__ = "([^"]+)"/.exec(readFileSync('../../app/__init__.py', 'utf8')) ?? [];

export default defineConfig({
  define: { __APP_VERSION__: JSON.stringify(`kumkm-field/${VERSION}`) },
  // All addresses are relative to the folder that the app is served from, under whatever path a proxy publishes it.
  base: './',
  plugins: [
    icons(),
    react(),
    VitePWA({
      // A new version waits until somebody takes it, which the app offers only where no form is open.
      registerType: 'prompt',
      injectRegister: false,
      includeAssets: ['icon.svg'],
      manifest: {
        id: './',
        name: 'KUMKM Lapangan',
        short_name: 'KUMKM',
        description: 'Pendataan lengkap koperasi dan UMKM, juga tanpa sinyal.',
        lang: 'id',
        start_url: './',
        scope: './',
        display: 'standalone',
        orientation: 'portrait',
        background_color: '#faf9f7',
        theme_color: '#0f766e',
        icons: [
          { src: './icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: './icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: './icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: './icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,woff2}'],
        navigateFallback: './index.html',
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        skipWaiting: false,
        inlineWorkboxRuntime: true,
      },
    }),
    coded(),
  ],
  server: { proxy: { '/v1': API } },
  build: {
    outDir: process.env.KUMKM_WEB_BUILT ?? '../../app/web/built/field',
    emptyOutDir: true,
    assetsInlineLimit: 0, // no data: address, so that the content policy needs none
    modulePreload: { polyfill: false },
    sourcemap: false,
    target: ['chrome111', 'firefox115', 'safari16.4'],
  },
});
