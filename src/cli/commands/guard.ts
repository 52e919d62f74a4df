import type { Command } from 'commander';
import { describeGuard } from '../../shared/guard-words.ts';
import { guardSchema, type Guard, type GuardRule } from '../../shared/model/guard.ts';
import { confirm, requireAnswer } from '../flow/asking.ts';
import { findInstance } from '../flow/finding.ts';
import { reportInstance } from '../json-lines.ts';
import { dim } from '../output/line.ts';
import { formatGuard } from '../output/operations.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { guardValueSchemas } from '../values/guard-values.ts';
import {
  declined,
  done,
  instanceCommand,
  jsonOption,
  OFF,
  orOff,
  parsedBy,
  usageError,
  type Bind,
  type Off,
  type Outcome,
} from './command.ts';

type GuardOptions = { readonly [Rule in GuardRule]?: NonNullable<Guard[Rule]> | Off } & {
  readonly off?: boolean;
  readonly yes?: boolean;
};

export function guardCommand(bind: Bind): Command {
  return instanceCommand('guard', 'show or change the limits that suspend an instance')
    .usage('<name> [options]')
    .description(
      'Shows or changes the limits at which an instance is suspended by itself. They are watched while Hardshell is open, as an app or with hardshell serve. What is not named stays as it is; off takes one away.',
    )
    .option(
      '--cpu <limit>',
      '90:5m: above 90 % of its processors for 5 minutes',
      orOff(parsedBy(guardValueSchemas.cpu)),
    )
    .option(
      '--memory <limit>',
      '90:5m: above 90 % of its memory for 5 minutes',
      orOff(parsedBy(guardValueSchemas.memory)),
    )
    .option('--restarts <limit>', '5:1h: more than 5 within an hour', orOff(parsedBy(guardValueSchemas.restarts)))
    .option(
      '--requests <limit>',
      '1000:1m: more than 1000 from outside within a minute',
      orOff(parsedBy(guardValueSchemas.requests)),
    )
    .option('--disk <size>', '10g: more than 10 GB of data', orOff(parsedBy(guardValueSchemas.disk)))
    .option('--off', 'take all limits away')
    .option('--yes', 'change them without a question')
    .addOption(jsonOption())
    .action(bind(guard));
}

const RULES = ['cpu', 'memory', 'restarts', 'requests', 'disk'] as const satisfies readonly GuardRule[];

async function guard(session: Session, name: string, options: GuardOptions): Promise<Outcome> {
  const named = RULES.filter((rule) => options[rule] !== undefined);
  const isChange = named.length > 0 || options.off === true;
  if (options.off === true && named.length > 0)
    throw usageError(`--off takes all limits away: leave out --${named[0] ?? ''}, or --off.`);
  if (isChange) requireAnswer(session, options.yes === true);
  const core = await session.core();
  const instance = await findInstance(core, name);
  const { out, err } = session.screen;
  const wanted = options.off === true ? {} : readGuard(options, instance.guard ?? {});
  if (!session.json) out.print(...formatGuard(instance.name, wanted, out.look));
  if (!isChange) return done({ guard: wanted, instance: reportInstance(instance) });
  if (options.yes !== true) {
    const agreed = await confirm(session, ...questionOf(wanted));
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  await core.guards.set(instance.name, wanted);
  return done({ guard: wanted, instance: reportInstance(await findInstance(core, name)) });
}

/** Taking limits away stops nothing, so that is the answer of whoever just presses Enter. */
function questionOf(wanted: Guard): [question: string, byDefault: boolean] {
  return describeGuard(wanted).length === 0 ? [texts.askNoGuard, true] : [texts.askGuard, false];
}

function readGuard(options: GuardOptions, before: Guard): Guard {
  const limits = RULES.map((rule) => [rule, options[rule] ?? before[rule]] as const);
  return guardSchema.parse(Object.fromEntries(limits.filter(([, limit]) => limit !== undefined && limit !== OFF)));
}
