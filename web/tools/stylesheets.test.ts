import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const WEB = dirname(import.meta.dirname);
const CONSOLE = join(WEB, 'console', 'src');
const SOURCES = [CONSOLE, join(WEB, 'shared', 'src')];
const CORE = dirname(createRequire(join(CONSOLE, 'main.tsx')).resolve('@mantine/core/styles.css'));
const BASE = ['baseline', 'default-css-variables', 'global']; // they style no class

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, found]) => found ?? '');
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** The names that our sources take from Mantine. */
function taken(): string[] {
  const lists = SOURCES.flatMap(sourcesIn).flatMap((text) =>
    matches(text, /import \{([^}]*)\} from '@mantine\/core'/g),
  );
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  return [...new Set(names)].filter((name) => name !== '' && !name.startsWith('type '));
}

/** The classes that these components, and those that they are made of, put on elements. */
function classesOf(names: readonly string[]): Set<string> {
  const index = readFileSync(join(CORE, 'esm/index.mjs'), 'utf8');
  const classes = new Set<string>();
  const seen = new Set<string>();
  function visit(file: string): void {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const each of matches(text, /"(m_[0-9a-z]+)"/g)) classes.add(each);
    for (const each of matches(text, /from "(\.[^"]+)"/g)) visit(resolve(dirname(file), each));
  }
  for (const name of names) {
    const [file] = matches(index, new RegExp(`import \\{[^}]*\\b${name}\\b[^}]*\\} from "([^"]+)"`, 'g'));
    expect(file, name).toBeDefined();
    visit(join(CORE, 'esm', file ?? ''));
  }
  return classes;
}

test('each component that is used has its stylesheet, and none is there for nothing', () => {
  const used = classesOf(taken());
  expect(used.size).toBeGreaterThan(100);
  const whole = readFileSync(join(CORE, 'styles.css'), 'utf8');
  const needed = readdirSync(join(CORE, 'styles'))
    .filter((name) => name.endsWith('.css') && !name.endsWith('.layer.css'))
    .map((name) => {
      const [first, ...others] = matches(
        readFileSync(join(CORE, 'styles', name), 'utf8'),
        /\.(m_[0-9a-z]+)/g,
      );
      return { name: name.replace('.css', ''), first: first ?? '', all: [first ?? '', ...others] };
    })
    .filter(({ all }) => all.some((each) => used.has(each)))
    .toSorted((one, other) => whole.indexOf(one.first) - whole.indexOf(other.first));
  const listed = matches(readFileSync(join(CONSOLE, 'mantine.ts'), 'utf8'), /core\/styles\/([\w-]+)\.css/g);
  expect(listed).toEqual([...BASE, ...needed.map(({ name }) => name)]);
});
