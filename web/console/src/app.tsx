import { useTexts } from '@kumkm/shared/texts/language.ts';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { useMemo } from 'react';
import { queries } from './data/client.ts';
import { router } from './router.ts';
import { shell } from './texts/shell.ts';
import { themeOf } from './theme.ts';

/** The number that the server made for this answer: without it the browser takes no style element. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

// Dialogs keep the page behind them from scrolling by a style element of their own.
setNonce(nonce());

export function App() {
  const { close } = useTexts(shell);
  const theme = useMemo(() => themeOf(close), [close]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
