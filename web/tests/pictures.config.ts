import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

/** Draws the pictures of README and docs: `make pictures`. */
export default defineConfig({ ...tests, testMatch: ['pictures/**/*.spec.ts'], timeout: 120_000 });
