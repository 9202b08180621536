import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultSettings, type Task, TaskUtils } from '@microsoft/powerquery-parser';
import { expect, test } from 'vitest';

const GUIDES = join(import.meta.dirname, '..', '..', 'docs', 'tools');

const BLOCKS = readdirSync(GUIDES)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) =>
    [...readFileSync(join(GUIDES, name), 'utf8').matchAll(/^```powerquery\n(.*?)^```/gms)].map(
      ([, code], at) => ({ name: `${name}, block ${at + 1}`, code: code ?? '' }),
    ),
  );

function parsed(code: string): Promise<Task.TriedLexParseTask> {
  return TaskUtils.tryLexParse(DefaultSettings, code);
}

test('guides for Excel and Power BI have queries', () => {
  expect(BLOCKS.filter(({ name }) => name.startsWith('excel')).length).toBeGreaterThanOrEqual(3);
  expect(BLOCKS.filter(({ name }) => name.startsWith('power-bi')).length).toBeGreaterThanOrEqual(2);
});

test.each(BLOCKS)("$name is M by Microsoft's parser", async ({ code }) => {
  const task = await parsed(code);
  expect(TaskUtils.isParseStageOk(task), 'error' in task ? task.error.message : '').toBe(true);
});

test.each(BLOCKS)('$name with a comma too many is not', async ({ code }) => {
  const task = await parsed(code.replace(/\nin\n/, ',\nin\n'));
  expect(TaskUtils.isParseStageOk(task)).toBe(false);
});
