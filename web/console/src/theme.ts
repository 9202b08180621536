import { createTheme, type MantineColorsTuple, type MantineThemeOverride } from '@mantine/core';

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

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 6 }, // of Mantine's filled buttons, whose words are white in both themes
  autoContrast: true,
  luminanceThreshold: 0.38,
  colors: { teal, gray, dark },
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
