import { Option, type Command } from 'commander';
import { z } from 'zod';
import {
  addressRangeSchema,
  closedIngress,
  trafficLimitsSchema,
  type Ingress,
  type TrafficLimits,
} from '../../shared/model/ingress.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { addChangeOptions, runChange, type ChangeOptions } from '../flow/changing.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { reportIngress } from '../json-operations.ts';
import { describeAccess, formatIngress } from '../output/operations.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import { byteSizeSchema } from '../values/byte-size.ts';
import { addAccessOptions, readAccess, type AccessOptions } from './access-options.ts';
import {
  collectedBy,
  done,
  instanceCommand,
  OFF,
  orOff,
  parsedBy,
  readConnectOptions,
  usageError,
  type Bind,
  type Off,
  type Outcome,
} from './command.ts';

const { rate, burst, connections, bodyBytes } = trafficLimitsSchema.shape;
const numberSchema = z
  .string()
  .regex(/^\d{1,8}(\.\d{1,3})?$/, 'It is not a number.')
  .transform(Number);
const rangeSchema = z.string().transform((text, context) => {
  const parsed = addressRangeSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: 'custom', message: 'It is an address or a network: 203.0.113.7, 198.51.100.0/24.' });
  return z.NEVER;
});

interface TrafficOptions {
  readonly rate?: number | Off;
  readonly burst?: number | Off;
  readonly connections?: number | Off;
  readonly body?: number | Off;
  readonly allow?: readonly string[];
}

type IngressOptions = ChangeOptions & AccessOptions & TrafficOptions;

export function ingressCommand(bind: Bind): Command {
  const command = instanceCommand('ingress', 'show or change how an instance is reached')
    .usage('<name> [options]')
    .description(
      'Shows how an instance is reached, with its certificate and its limits, or changes it. What is not named stays as it is; off takes a limit away.',
    );
  addAccessOptions(command)
    .option('--rate <number>', 'requests a second, of one visitor', orOff(parsedBy(numberSchema.pipe(rate.unwrap()))))
    .option('--burst <number>', 'requests at once above the rate', orOff(parsedBy(numberSchema.pipe(burst.unwrap()))))
    .option(
      '--connections <number>',
      'requests and WebSockets of all visitors at one moment',
      orOff(parsedBy(numberSchema.pipe(connections.unwrap()))),
    )
    .option('--body <size>', 'largest request: 10m', orOff(parsedBy(byteSizeSchema.pipe(bodyBytes.unwrap()))))
    .addOption(
      new Option(
        '--allow <address>',
        'let in this address or network and no other; repeat it for more, off lets in everyone',
      ).argParser(collectedBy(orOff(parsedBy(rangeSchema)))),
    );
  return addChangeOptions(command).action(bind(ingress));
}

async function ingress(session: Session, name: string, options: IngressOptions): Promise<Outcome> {
  const isChange = TRAFFIC.concat(ACCESS).some((option) => options[option] !== undefined);
  if (isChange) requireConfirmation(session, { yes: options.yes === true, dryRun: options.dryRun === true });
  const { cwd } = session.io;
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  const instance = await findInstance(core, name);
  if (isChange) {
    const wanted = await readWanted(options, instance.ingress, cwd);
    return await runChange(
      session,
      core,
      instance,
      { kind: 'ingress', ingress: wanted },
      {
        question: texts.askChange(instance.name),
        told: (changed) => texts.reachedBy(changed.name, describeAccess(changed)),
        options,
        connect,
      },
    );
  }
  const status = await connected(session, connect, {
    run: (how) => withSpinner(session, texts.asking(instance.name), () => core.ingress.status(instance.name, how)),
  });
  const { out } = session.screen;
  if (!session.json) out.print(...formatIngress(instance, status, session.io.nowMs(), out.look, out.columns()));
  const answers = { ingress: reportIngress(instance, status) };
  const { problem } = status;
  return problem === undefined ? done(answers) : { exitCode: problem.exitCode, answers, error: problem };
}

const ACCESS: readonly (keyof IngressOptions)[] = ['access', 'acmeDir', 'acmeRoot', 'email'];
const TRAFFIC: readonly (keyof IngressOptions)[] = ['rate', 'burst', 'connections', 'body', 'allow'];

/** @throws AppError `usage.invalid` */
async function readWanted(options: IngressOptions, before: Ingress | undefined, cwd: string): Promise<Ingress> {
  const reached = (await readAccess(options, before, cwd)) ?? before ?? closedIngress;
  const stray = TRAFFIC.find((option) => options[option] !== undefined);
  if (reached.access.mode === 'tunnel' && stray !== undefined) {
    throw usageError(
      `--${stray} is for visitors from outside, and a tunnel lets in none.`,
      'Add --access domain:HOST, base:DOMAIN or ip.',
    );
  }
  const limits = readTraffic(options, reached.limits);
  if (limits.burst !== undefined && limits.rate === undefined)
    throw usageError('--burst needs --rate: it is what may come at once above it.');
  return { ...reached, limits };
}

function readTraffic(options: TrafficOptions, before: TrafficLimits): TrafficLimits {
  const next = <T>(value: T | Off | undefined, old: T | undefined): T | undefined =>
    value === undefined ? old : value === OFF ? undefined : value;
  const allow = options.allow?.includes(OFF) === true ? OFF : options.allow;
  const found = {
    rate: next(options.rate, before.rate),
    burst: next(options.burst, options.rate === OFF ? undefined : before.burst),
    connections: next(options.connections, before.connections),
    bodyBytes: next(options.body, before.bodyBytes),
    allow: next(allow, before.allow),
  };
  return trafficLimitsSchema.parse(
    Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)),
  );
}
