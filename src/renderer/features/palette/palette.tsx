import { Command } from 'cmdk';
import { useEffect } from 'react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { toReport, type Client } from '../../client.ts';
import { chooseTheme, useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { notice, useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatPlace } from '../../text/place-text.ts';
import styles from './palette.module.css';

const words = text.palette;

interface Action {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly run: () => void;
}

const close = (): void => useStore.setState({ paletteOpen: false });

/** Everything that can be done, by its name. */
export function Palette() {
  const client = useClient();
  const instances = useStore((state) => state.instances) ?? [];
  const opener = document.activeElement;
  // cmdk's dialog gives the focus back; a terminal that lost it to nothing has none to be given
  useEffect(() => () => {
    if (opener instanceof HTMLElement && document.activeElement === document.body) opener.focus();
  });
  const groups: readonly (readonly [string, readonly Action[]])[] = [
    [words.instances, instances.flatMap((instance) => listInstanceActions(client, instance))],
    [words.actions, listNew()],
    [words.go, listPlaces()],
    [words.look, listThemes(client)],
  ];
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => {
        if (!open) close();
      }}
      label={words.title}
      overlayClassName={styles['scrim'] ?? ''}
      contentClassName={styles['palette'] ?? ''}
      loop
    >
      <Command.Input className={styles['input']} placeholder={words.placeholder} />
      <Command.List className={styles['list']}>
        <Command.Empty className={styles['none']}>{words.none}</Command.Empty>
        {groups
          .filter(([, actions]) => actions.length > 0)
          .map(([heading, actions]) => (
            <Command.Group key={heading} heading={heading} className={styles['group']}>
              {actions.map((action) => (
                <Command.Item
                  key={action.id}
                  value={`${action.label} ${action.id}`}
                  className={styles['item']}
                  onSelect={() => {
                    close();
                    action.run();
                  }}
                >
                  <span>{action.label}</span>
                  {action.note !== undefined && <span className={styles['note']}>{action.note}</span>}
                </Command.Item>
              ))}
            </Command.Group>
          ))}
      </Command.List>
    </Command.Dialog>
  );
}

function listInstanceActions(client: Client, { id, name, target }: InstanceView): Action[] {
  const note = formatPlace(target);
  const tab = (label: string, to: 'dashboard' | 'overview' | 'terminal' | 'logs'): Action => ({
    id: `${id} ${to}`,
    label,
    note,
    run: () => goTo({ page: 'instance', instanceId: id, tab: to }),
  });
  const does = (label: string, verb: 'start' | 'restart'): Action => ({
    id: `${id} ${verb}`,
    label,
    note,
    run: () =>
      void client
        .call(`instance.${verb}`, { instanceId: id })
        .catch((error: unknown) => notice('error', `${label}: ${toReport(error).message}`)),
  });
  return [
    tab(words.openInstance(name), 'overview'),
    tab(words.openDashboard(name), 'dashboard'),
    tab(words.openTerminal(name), 'terminal'),
    tab(words.openLogs(name), 'logs'),
    does(words.start(name), 'start'),
    does(words.restart(name), 'restart'),
  ];
}

function listNew(): Action[] {
  return [
    { id: 'new local', label: words.newLocal, run: () => goTo({ page: 'new', place: 'local' }) },
    { id: 'new server', label: words.newServer, run: () => goTo({ page: 'new', place: 'server' }) },
  ];
}

function listPlaces(): Action[] {
  return (['servers', 'activity', 'settings'] as const).map((page) => ({
    id: page,
    label: text.shell[page],
    run: () => goTo({ page }),
  }));
}

function listThemes(client: Client): Action[] {
  return [
    { id: 'theme system', label: words.themeSystem, run: () => chooseTheme(client, 'system') },
    { id: 'theme light', label: words.themeLight, run: () => chooseTheme(client, 'light') },
    { id: 'theme dark', label: words.themeDark, run: () => chooseTheme(client, 'dark') },
  ];
}
