import {
  createTheme,
  type MantineColorsTuple,
  type MantineThemeOverride,
  mergeThemeOverrides,
} from '@mantine/core';

const teal: MantineColorsTuple = [
  '#effaf7',
  '#d8f3ec',
  '#b0e5d8',
  '#83d5c2',
  '#54c0aa',
  '#2fa590',
  '#0f766e',
  '#0c665f',
  '#0a544f',
  '#083f3c',
];
/** Warm greys: neither pure white nor pure black anywhere. */
const gray: MantineColorsTuple = [
  '#faf9f7',
  '#f4f2ef',
  '#e9e6e1',
  '#dad6cf',
  '#bdb7ae',
  '#989187',
  '#6f695f',
  '#544f47',
  '#3a3630',
  '#24211d',
];
/** Of buttons that take something away, and of warnings: dark enough for white words. */
const red: MantineColorsTuple = [
  '#fdf0ee',
  '#f9dcd7',
  '#f2b8ae',
  '#ea9184',
  '#e06f5f',
  '#d44d3b',
  '#b3321f',
  '#982a1a',
  '#7d2216',
  '#611b12',
];
const orange: MantineColorsTuple = [
  '#fdf3ec',
  '#fae2d0',
  '#f4c4a1',
  '#eda36e',
  '#e68543',
  '#d96a1f',
  '#b04e0c',
  '#93410a',
  '#763408',
  '#592706',
];
const dark: MantineColorsTuple = [
  '#e8e4de',
  '#c6c1b9',
  '#a5a097',
  '#77726a',
  '#48443e',
  '#37342f',
  '#282623',
  '#1f1d1b',
  '#191816',
  '#131211',
];

const theme: MantineThemeOverride = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 6 }, // of Mantine's filled buttons, whose words are white in both themes
  autoContrast: true,
  luminanceThreshold: 0.38,
  colors: { teal, gray, dark, red, orange },
  black: '#24211d',
  white: '#fffefc',
  fontFamily: "'Plus Jakarta Sans Variable', system-ui, sans-serif",
  headings: {
    fontFamily: "'Plus Jakarta Sans Variable', system-ui, sans-serif",
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
    },
  },
  defaultRadius: 10,
  respectReducedMotion: true,
  cursorType: 'pointer',
});

/** `close`: what the buttons say that close a window. */
export function themeOf(close: string): MantineThemeOverride {
  // The head of a window is no landmark: those are the page's.
  const head = { defaultProps: { role: 'presentation' } };
  const cross = { defaultProps: { 'aria-label': close, size: 44 } };
  return mergeThemeOverrides(
    theme,
    createTheme({
      components: {
        ModalHeader: head,
        DrawerHeader: head,
        ModalCloseButton: cross,
        DrawerCloseButton: cross,
      },
    }),
  );
}
