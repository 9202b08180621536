import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const WORTH = /\.(?:css|js|json|mjs|svg|webmanifest)$/;
const LEAST = 512; // bytes

/** Leaves a `.br` and a `.gz` beside every file of the build that gets smaller by it: the server codes nothing itself. */
export function coded(): Plugin {
  let folder = '';
  return {
    name: 'kumkm-coded',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!WORTH.test(name)) continue;
        const file = join(folder, name);
        const plain = readFileSync(file);
        if (plain.length < LEAST) continue;
        const hint = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
        writeFileSync(`${file}.br`, brotliCompressSync(plain, { params: hint }));
        writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
      }
    },
  };
}
