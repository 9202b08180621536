import { Tabs } from '@mantine/core';
import { type ReactNode, Suspense, useLayoutEffect, useRef } from 'react';
import { Waiting } from './loading.tsx';
import styles from './tabs.module.css';

interface Told<Tab extends string> {
  readonly tabs: readonly Tab[];
  readonly names: Readonly<Record<Tab, string>>;
  readonly tab: Tab;
  readonly onTab: (tab: Tab | undefined) => void;
  readonly panel: string | undefined;
  /** What the open one shows. */
  readonly children: ReactNode;
}

/** The tabs of a page; what one shows is loaded when it is opened. */
export function PageTabs<Tab extends string>({ tabs, names, tab, onTab, panel, children }: Told<Tab>) {
  const list = useRef<HTMLDivElement>(null);
  // Where they do not all fit, the open one is in sight; only the tabs scroll, not the page.
  useLayoutEffect(() => {
    const open = list.current?.querySelector<HTMLElement>(`[data-tab="${tab}"]`);
    if (list.current !== null && open !== null && open !== undefined)
      list.current.scrollLeft = open.offsetLeft - (list.current.clientWidth - open.offsetWidth) / 2;
  }, [tab]);
  return (
    <Tabs value={tab} keepMounted={false} onChange={(next) => onTab(tabs.find((each) => each === next))}>
      <Tabs.List ref={list} className={styles.tabs}>
        {tabs.map((each) => (
          <Tabs.Tab key={each} value={each} data-tab={each}>
            {names[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} className={panel}>
        <Suspense fallback={<Waiting rows={6} />}>{children}</Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}
