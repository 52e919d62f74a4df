import {
  Activity,
  Laptop,
  LayoutDashboard,
  Monitor,
  Moon,
  PackagePlus,
  Play,
  RotateCw,
  ScrollText,
  Server,
  Settings,
  Square,
  SquareTerminal,
  Sun,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import type { InstanceState, InstanceView } from '../../../shared/contract/instance.ts';
import { toReport, type Client } from '../../client.ts';
import { chooseTheme } from '../../live.ts';
import { goTo, type InstanceTab } from '../../router.ts';
import { askFor, notice, type Question } from '../../store.ts';
import { text } from '../../text/index.ts';
import { formatPlace } from '../../text/place-text.ts';

const words = text.palette;

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly note?: string;
  readonly run: () => void;
}

const pageIcons = { servers: Server, activity: Activity, settings: Settings };

/** Where one can go, whatever is open now. */
export function listPlaces(): Action[] {
  return (['servers', 'activity', 'settings'] as const).map((page) => ({
    id: page,
    label: text.shell[page],
    icon: pageIcons[page],
    run: () => goTo({ page }),
  }));
}

export function listNew(): Action[] {
  return [
    { id: 'new local', label: words.newLocal, icon: Laptop, run: () => goTo({ page: 'new', place: 'local' }) },
    { id: 'new server', label: words.newServer, icon: PackagePlus, run: () => goTo({ page: 'new', place: 'server' }) },
  ];
}

export function listThemes(client: Client): Action[] {
  return [
    { id: 'theme system', label: words.themeSystem, icon: Monitor, run: () => chooseTheme(client, 'system') },
    { id: 'theme light', label: words.themeLight, icon: Sun, run: () => chooseTheme(client, 'light') },
    { id: 'theme dark', label: words.themeDark, icon: Moon, run: () => chooseTheme(client, 'dark') },
  ];
}

export function openInstance({ id, name, target }: InstanceView): Action {
  return {
    id: `${id} overview`,
    label: words.openInstance(name),
    icon: target.kind === 'local' ? Laptop : Server,
    note: formatPlace(target),
    run: () => goTo({ page: 'instance', instanceId: id, tab: 'overview' }),
  };
}

/** What can be done with an instance as it is now. What interrupts it is asked about once more, on its own page. */
export function listInstanceActions(client: Client, instance: InstanceView, state: InstanceState): Action[] {
  const { id, name, target } = instance;
  const note = formatPlace(target);
  const tab = (label: string, to: InstanceTab, icon: LucideIcon): Action => ({
    id: `${id} ${to}`,
    label,
    icon,
    note,
    run: () => goTo({ page: 'instance', instanceId: id, tab: to }),
  });
  const asks = (label: string, what: Question['what'], icon: LucideIcon): Action => ({
    id: `${id} ${what}`,
    label,
    icon,
    note,
    run: () => {
      goTo({ page: 'instance', instanceId: id, tab: 'overview' });
      askFor({ instanceId: id, what });
    },
  });
  const start: Action = {
    id: `${id} start`,
    label: words.start(name),
    icon: Play,
    note,
    run: () =>
      void client
        .call('instance.start', { instanceId: id })
        .catch((error: unknown) => notice('error', `${words.start(name)}: ${toReport(error).message}`)),
  };
  const isUp = state === 'running' || state === 'starting';
  return [
    tab(words.openDashboard(name), 'dashboard', LayoutDashboard),
    tab(words.openTerminal(name), 'terminal', SquareTerminal),
    tab(words.openLogs(name), 'logs', ScrollText),
    ...(isUp
      ? [asks(words.restart(name), 'restart', RotateCw), asks(words.stop(name), 'stop', Square)]
      : state === 'stopped' || state === 'failed'
        ? [start]
        : []),
    asks(words.remove(name), 'remove', Trash2),
  ];
}
