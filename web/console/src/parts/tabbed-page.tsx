import { Tabs } from '@mantine/core';
import { type ReactNode, Suspense, useLayoutEffect, useRef } from 'react';
import { Waiting } from './loading.tsx';
import { Page } from './page.tsx';
import styles from './tabbed-page.module.css';

interface Told<Tab extends string> {
  readonly words: {
    readonly title: string;
    readonly about: string;
    /** What each tab is called. */
    readonly tabs: Readonly<Record<Tab, string>>;
  };
  readonly tabs: readonly Tab[];
  readonly tab: Tab;
  readonly onTab: (tab: Tab | undefined) => void;
  readonly panel: string | undefined;
  /** What the open one shows. */
  readonly children: ReactNode;
}

/** A page of tabs; what one shows is loaded when it is opened. */
export function TabbedPage<Tab extends string>({ words, tabs, tab, ...told }: Told<Tab>) {
  const list = useRef<HTMLDivElement>(null);
  // Where they do not all fit, the open one is in sight; only the tabs scroll, not the page.
  useLayoutEffect(() => {
    const open = list.current?.querySelector<HTMLElement>(`[data-tab="${tab}"]`);
    if (list.current !== null && open !== null && open !== undefined)
      list.current.scrollLeft = open.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2;
  }, [tab]);
  return (
    <Page title={words.title} about={words.about}>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => told.onTab(tabs.find((each) => each === next))}
      >
        <Tabs.List ref={list} className={styles.tabs}>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} data-tab={each}>
              {words.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={told.panel}>
          <Suspense fallback={<Waiting rows={6} />}>{told.children}</Suspense>
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
