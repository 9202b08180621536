import type { Plugin } from 'vite';

const NAMED = /import\s*\{([^}]*)\}\s*from\s*'@tabler\/icons-react';/g;

/** Icons come from their own files: read through the package's one door, a build opens all of the 6,000. */
export function icons(): Plugin {
  return {
    name: 'kumkm-icons',
    enforce: 'pre',
    transform(code, id) {
      if (!/\.tsx?$/.test(id) || !code.includes('@tabler/icons-react')) return null;
      const own = code.replaceAll(NAMED, (whole, inside: string) =>
        inside.includes('type ')
          ? whole
          : inside
              .split(',')
              .map((each) => each.trim())
              .filter((each) => each !== '')
              .map((each) => {
                const [name = each, alias = name] = each.split(/\s+as\s+/);
                return `import ${alias} from '@tabler/icons-react/icons/${name}';`;
              })
              .join(' '),
      );
      return { code: own, map: null };
    },
  };
}
