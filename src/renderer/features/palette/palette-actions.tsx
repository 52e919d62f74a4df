import {
  Activity,
  Archive,
  Bot,
  ArchiveRestore,
  CircleArrowUp,
  CirclePause,
  Container,
  FileCog,
  Gauge,
  Laptop,
  LayoutDashboard,
  Monitor,
  Moon,
  PackagePlus,
  PackageSearch,
  MessagesSquare,
  Play,
  RotateCw,
  ScrollText,
  Server,
  ShieldCheck,
  Settings,
  Square,
  SquareTerminal,
  Stethoscope,
  Sun,
  Trash2,
  Undo2,
  type LucideIcon,
} from 'lucide-react';
import type { InstanceState, InstanceView } from '../../../shared/contract/instance.ts';
import type { Target } from '../../../shared/model/target.ts';
import { toReport, type Client } from '../../client.ts';
import { chooseTheme } from '../../live.ts';
import { goTo, type InstanceTab } from '../../router.ts';
import { askFor, notice, openAdopt, openUpdateAll, type Question } from '../../store.ts';
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
    { id: 'new docker', label: words.newDocker, icon: Container, run: () => goTo({ page: 'new', place: 'docker' }) },
    { id: 'update all', label: text.updates.palette.all, icon: CircleArrowUp, run: openUpdateAll },
    { id: 'import', label: text.import.palette, icon: PackageSearch, run: () => goTo({ page: 'import' }) },
    { id: 'adopt', label: text.backups.adopt.open, icon: ArchiveRestore, run: openAdopt },
  ];
}

export function listThemes(client: Client): Action[] {
  return [
    { id: 'theme system', label: words.themeSystem, icon: Monitor, run: () => chooseTheme(client, 'system') },
    { id: 'theme light', label: words.themeLight, icon: Sun, run: () => chooseTheme(client, 'light') },
    { id: 'theme dark', label: words.themeDark, icon: Moon, run: () => chooseTheme(client, 'dark') },
  ];
}

const icons: Readonly<Record<Target['kind'], LucideIcon>> = { local: Laptop, ssh: Server, docker: Container };

export function openInstance({ id, name, target }: InstanceView): Action {
  return {
    id: `${id} open`,
    label: words.openInstance(name),
    icon: icons[target.kind],
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
  const does = (label: string, call: 'start' | 'resume', icon: LucideIcon): Action => ({
    id: `${id} ${call}`,
    label,
    icon,
    note,
    run: () =>
      void client
        .call(`instance.${call}`, { instanceId: id })
        .then((begun) => {
          if (begun !== null) goTo({ page: 'run', runId: begun.runId });
        })
        .catch((error: unknown) => notice('error', `${label}: ${toReport(error).message}`)),
  });
  const isUp = state === 'running' || state === 'starting';
  return [
    tab(words.openDashboard(name), 'dashboard', LayoutDashboard),
    tab(words.openOverview(name), 'overview', Gauge),
    tab(words.openTerminal(name), 'terminal', SquareTerminal),
    tab(words.openLogs(name), 'logs', ScrollText),
    tab(words.openConfiguration(name), 'configuration', FileCog),
    tab(words.openAgent(name), 'agent', Bot),
    tab(words.openChannels(name), 'channels', MessagesSquare),
    tab(words.openBackups(name), 'backups', Archive),
    tab(words.openDiagnostics(name), 'diagnostics', Stethoscope),
    tab(words.openAccess(name), 'access', ShieldCheck),
    ...(isUp
      ? [asks(words.restart(name), 'restart', RotateCw), asks(words.stop(name), 'stop', Square)]
      : state === 'stopped' || state === 'failed'
        ? [does(words.start(name), 'start', Play)]
        : []),
    ...(state === 'suspended'
      ? [does(words.resume(name), 'resume', Play)]
      : instance.adopted === undefined
        ? [asks(words.suspend(name), 'suspend', CirclePause)]
        : []),
    ...(instance.phase === 'deployed' && instance.adopted === undefined
      ? [asks(text.updates.palette.update(name), 'update', CircleArrowUp)]
      : []),
    ...(instance.wayBack !== undefined || instance.pendingUpdate !== undefined
      ? [asks(text.updates.palette.rollback(name), 'rollback', Undo2)]
      : []),
    asks(words.remove(name), 'remove', Trash2),
  ];
}
