import { Argument, type Command } from 'commander';
import type { Core } from '../../core/index.ts';
import { deviceIdSchema, type DeviceList } from '../../shared/model/device.ts';
import { confirm, requireAnswer } from '../flow/asking.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { formatDevices } from '../output/devices.ts';
import { dim, green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { deviceTexts as words } from '../text-access.ts';
import { texts } from '../text.ts';
import {
  declined,
  done,
  instanceCommand,
  jsonOption,
  parsedBy,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

const verbs = ['list', 'approve', 'reject', 'remove', 'rotate'] as const;
type Verb = (typeof verbs)[number];

interface DevicesOptions extends ReachOptions {
  readonly yes?: boolean;
}

export function devicesCommand(bind: Bind): Command {
  return instanceCommand('devices', 'list, let in and remove who comes with a key of their own')
    .description(
      'Lists the devices of an instance and who asks to be one. approve and reject take the id of a request, remove and rotate the id of a device. rotate makes what a device comes back with worthless.',
    )
    .addArgument(new Argument('[verb]', 'list, approve, reject, remove or rotate').choices(verbs).default('list'))
    .argument('[id]', 'of the request or the device, as the list shows it', parsedBy(deviceIdSchema))
    .option('--yes', 'do it without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(devices));
}

async function devices(
  session: Session,
  name: string,
  verb: Verb,
  id: string | undefined,
  options: DevicesOptions,
): Promise<Outcome> {
  if (verb === 'list') {
    if (id !== undefined) throw usageError(words.noIdForList);
    return list(session, name, options);
  }
  if (id === undefined) throw usageError(words.idMissing(verb), words.idHint(name));
  requireAnswer(session, options.yes === true);
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const { out, err } = session.screen;
  if (options.yes !== true) {
    const agreed = await confirm(session, words.ask[verb](id, instance.name), false);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  await connected(session, connect, {
    run: (how) => withSpinner(session, words.asking(instance.name), () => act(core, instance.name, verb, id, how)),
  });
  if (!session.json) out.print([green(marksOf(out.look).done), ` ${words.did[verb](id)}`]);
  return done({ device: { id, did: verb } });
}

async function act(
  { devices: all }: Core,
  name: string,
  verb: Exclude<Verb, 'list'>,
  id: string,
  how: Parameters<Core['devices']['list']>[1],
): Promise<void> {
  await all[verb](name, id, how);
}

async function list(session: Session, name: string, options: ReachOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const found: DeviceList = await connected(session, connect, {
    run: (how) => withSpinner(session, words.asking(instance.name), () => core.devices.list(instance.name, how)),
  });
  const { out } = session.screen;
  if (!session.json) out.print(...formatDevices(instance.name, found, session.io.nowMs(), out.look, out.columns()));
  return done({ devices: found });
}
