import { readFileSync } from 'node:fs';
import { Menu, nativeImage, Tray, type NativeImage } from 'electron';
import badIcon from '../../resources/tray-bad.png?asset';
import noneIcon from '../../resources/tray-none.png?asset';
import okIcon from '../../resources/tray-ok.png?asset';
import warnIcon from '../../resources/tray-warn.png?asset';
import type { InstanceStatus } from '../core/index.ts';
import { alertTitles } from '../shared/alert-words.ts';
import type { InstanceSummary } from './status-watch.ts';
import { texts } from './text.ts';
import { worstOf, type Health } from './worst-status.ts';

const icons: Readonly<Record<Health, string>> = { none: noneIcon, ok: okIcon, warn: warnIcon, bad: badIcon };

/** Drawn for displays of twice the usual density; others get it made smaller. */
const readIcon = (health: Health): NativeImage =>
  nativeImage.createFromBuffer(readFileSync(icons[health]), { scaleFactor: 2 });

interface StatusTray extends Disposable {
  show(instances: readonly InstanceSummary[]): void;
}

export interface TrayActions {
  readonly open: () => void;
  readonly quit: () => void;
  readonly watchesAlone: () => boolean;
  readonly watchAlone: (watches: boolean) => void;
}

/** One picture for all instances, and a menu that names each. */
export function openTray(actions: TrayActions): StatusTray {
  const tray = new Tray(readIcon('none'));
  tray.on('click', actions.open);
  const show = (instances: readonly InstanceSummary[]): void => {
    const known = instances.flatMap(({ status }) => (status === undefined ? [] : [status.state]));
    const alerts = instances.flatMap(({ alert }) => (alert === undefined ? [] : [alert.level]));
    tray.setImage(readIcon(worstOf(known, alerts)));
    const lines = instances.map(describeOne);
    tray.setToolTip([texts.product, ...lines].join('\n'));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        ...(lines.length === 0 ? [texts.noInstances] : lines).map((label) => ({ label, enabled: false })),
        { type: 'separator' },
        {
          label: texts.watchAlone,
          type: 'checkbox',
          checked: actions.watchesAlone(),
          click: ({ checked }) => actions.watchAlone(checked),
        },
        { label: texts.open, click: actions.open },
        { label: texts.quit, click: actions.quit },
      ]),
    );
  };
  show([]);
  return {
    show,
    [Symbol.dispose]: () => tray.destroy(),
  };
}

function describeOne({ name, status, alert }: InstanceSummary): string {
  const words = [
    ...(status === undefined ? [] : [describe(status)]),
    ...(alert === undefined ? [] : [alertTitles[alert.kind]]),
  ];
  return words.length === 0 ? name : `${name}: ${words.join('; ')}`;
}

function describe({ state, because }: InstanceStatus): string {
  return state === 'suspended' ? texts.suspended(because) : because;
}
