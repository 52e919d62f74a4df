import { Command } from 'commander';
import { AppError } from '../../shared/app-error.ts';
import { connected } from '../flow/connecting.ts';
import { findInstance } from '../flow/finding.ts';
import { reportInstance, reportStatus } from '../json-lines.ts';
import { formatInstances, formatStatus } from '../output/instances.ts';
import { green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import {
  done,
  instanceCommand,
  jsonOption,
  readConnectOptions,
  secretsOption,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';

export function listCommand(bind: Bind): Command {
  return new Command('list')
    .summary('show what Hardshell looks after')
    .description('Shows the instances that Hardshell looks after, from its own records: nothing is connected to.')
    .addOption(jsonOption())
    .action(bind(list));
}

async function list(session: Session): Promise<Outcome> {
  const instances = await (await session.core()).instances.list();
  const { out } = session.screen;
  if (!session.json) out.print(...formatInstances(instances, session.io.nowMs(), out.look, out.columns()));
  return done({ instances: instances.map(reportInstance) });
}

export function statusCommand(bind: Bind): Command {
  return instanceCommand('status', 'ask an instance how it is')
    .description(
      'Asks an instance how it is. Ends with 0 when it runs, starts, or was stopped or suspended on purpose, with 1 or 3 when something is wrong.',
    )
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(status));
}

async function status(session: Session, name: string, options: ReachOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  await findInstance(core, name);
  const found = await connected(session, connect, {
    run: (how) => withSpinner(session, texts.asking(name), () => core.instances.status(name, how)),
    problemOf: (answer) => answer.error,
  });
  const { screen } = session;
  if (!session.json) screen.out.print(...formatStatus(found, screen.out.look, screen.out.columns()));
  const answers = { status: reportStatus(found) };
  switch (found.state) {
    case 'running':
    case 'starting':
    case 'stopped':
    case 'suspended':
      return done(answers);
    case 'failed':
    case 'unreachable':
    case 'not-deployed': {
      const error = found.error ?? new AppError('gateway.unreachable', { message: found.because });
      return { exitCode: error.exitCode, answers, error };
    }
  }
}

type Verb = 'start' | 'stop' | 'restart';

const SUMMARIES: Readonly<Record<Verb, string>> = {
  start: 'start the gateway of an instance',
  stop: 'stop the gateway of an instance, until it is started again',
  restart: 'restart the gateway of an instance',
};

export function controlCommand(bind: Bind, verb: Verb): Command {
  return instanceCommand(verb, SUMMARIES[verb])
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind((session: Session, name: string, options: ReachOptions) => control(session, verb, name, options)));
}

async function control(session: Session, verb: Verb, name: string, options: ReachOptions): Promise<Outcome> {
  const connect = await readConnectOptions(session, options);
  const core = await session.core();
  await findInstance(core, name);
  await connected(session, connect, {
    run: (how) => withSpinner(session, texts.controlling[verb](name), () => core.instances[verb](name, how)),
  });
  const { out } = session.screen;
  const told = { start: texts.started, stop: texts.stopped, restart: texts.restarted }[verb](name);
  if (!session.json) out.print([green(marksOf(out.look).done), ` ${told}`]);
  return done();
}
