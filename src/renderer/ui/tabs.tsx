import { Tabs as Radix } from 'radix-ui';
import { useEffect, useRef, type ReactNode } from 'react';
import styles from './tabs.module.css';

interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
}

interface TabsProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly selected: Id;
  readonly onSelect: (id: Id) => void;
  /** Of the selected tab. */
  readonly children: ReactNode;
}

export function Tabs<Id extends string>({ label, tabs, selected, onSelect, children }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  // one that is gone to from elsewhere may lie outside of a narrow window
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selected]);
  const select = (value: string): void => {
    const tab = tabs.find(({ id }) => id === value);
    if (tab !== undefined) onSelect(tab.id);
  };
  return (
    <Radix.Root className={styles['tabs']} value={selected} onValueChange={select} activationMode="manual">
      <Radix.List ref={list} className={styles['list']} aria-label={label}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.id} className={styles['tab']} value={tab.id}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} className={styles['content']} value={tab.id} tabIndex={-1}>
          {tab.id === selected && children}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
