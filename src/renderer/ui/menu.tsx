import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import styles from './menu.module.css';

interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}

interface MenuProps {
  /** A button. */
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
  readonly onOpenChange?: (open: boolean) => void;
}

export function Menu({ trigger, items, onOpenChange }: MenuProps) {
  return (
    <Radix.Root {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className={styles['menu']} align="end" sideOffset={4} collisionPadding={8}>
          {items.map((item) => (
            <Radix.Item
              key={item.label}
              className={styles['item']}
              data-danger={item.danger === true}
              disabled={item.disabled === true}
              onSelect={item.onSelect}
            >
              {item.icon}
              {item.label}
            </Radix.Item>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
