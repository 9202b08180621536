import { defineConfig } from 'vite';

/** One file: the field app's storage and protocol, for the conformance kit. It is no part of what is handed out. */
export default defineConfig({
  define: {
    __APP_VERSION__: JSON.stringify('kumkm-field/kit'),
    'process.env.NODE_ENV': JSON.stringify('production'),
  },
  build: {
    outDir: '../../../node_modules/.made/field-driver',
    emptyOutDir: true,
    lib: { entry: 'page.ts', formats: ['es'], fileName: 'page' },
  },
});
