import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'protocol/src/**/*.test.ts',
      'shared/src/**/*.test.ts',
      'field/src/**/*.test.{ts,tsx}',
      'console/src/**/*.test.{ts,tsx}',
      'tools/*.test.ts',
    ],
    environment: 'node',
    isolate: false,
  },
});
