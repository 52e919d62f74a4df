import { Option, type Command } from 'commander';
import { z } from 'zod';
import { isSameName } from '../../shared/model/ids.ts';
import { providerSchema, versionSchema } from '../../shared/model/spec.ts';
import { formatTarget, parseHop, parseTarget, portSchema } from '../../shared/model/target.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import type { ConnectOptions } from '../../core/index.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { runPlanRequest } from '../flow/plan-run.ts';
import { alignRows, bold, cyan, dim, green, type Line } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { formatDuration } from '../output/quantity.ts';
import { TEXT_COLUMNS, wrapText } from '../output/text-width.ts';
import { reportInstance } from '../json-lines.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import {
  collectedBy,
  done,
  instanceCommand,
  declined,
  jsonOption,
  parsedBy,
  quoted,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
} from './command.ts';
import { readSpec, type DeployOptions } from './deploy-request.ts';

const MINUTE_MS = 60_000;
const MAX_DEADLINE_MINUTES = 24 * 60;

const numberSchema = z.string().regex(/^\d+$/, 'It is not a whole number.').transform(Number);
const deadlineSchema = numberSchema.refine(
  (minutes) => minutes >= 1 && minutes <= MAX_DEADLINE_MINUTES,
  `It is a number of minutes from 1 to ${String(MAX_DEADLINE_MINUTES)}.`,
);
const fingerprintSchema = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'A fingerprint looks like SHA256: and 43 characters.')
  .transform((text) => text.replace(/=$/, ''));

export function deployCommand(bind: Bind): Command {
  return instanceCommand('deploy', 'put OpenClaw on a server or on this computer')
    .usage('<name> --to <place> [options]')
    .description(
      'Puts OpenClaw on a server over SSH, or on this computer. What is there already is kept; run it again to continue, or to check that all is well.',
    )
    .addOption(
      new Option('--to <place>', 'local, or ssh://USER@HOST[:PORT]').argParser((text: string) => parseTarget(text)),
    )
    .option('--identity <file>', 'private key to log in with')
    .addOption(
      new Option(
        '--jump <place>',
        'pass through ssh://USER@HOST[:PORT]; repeat it for more hops, in their order',
      ).argParser(collectedBy(parseHop)),
    )
    .addOption(
      new Option(
        '--trust-host-key <fingerprint>',
        'trust the host key with this SHA256:… that you have compared; may be repeated',
      ).argParser(collectedBy(parsedBy(fingerprintSchema))),
    )
    .addOption(secretsOption())
    .option('--version <version>', 'exact version of OpenClaw (default: the newest)', parsedBy(versionSchema))
    .option('--port <port>', 'port of the gateway (default: 18789)', parsedBy(numberSchema.pipe(portSchema)))
    .addOption(new Option('--provider <provider>', 'model provider').choices(providerSchema.options))
    .option('--model <model>', 'model, as OpenClaw writes it: openrouter/google/…')
    .option('--instructions <file>', 'text that tells the agent who it is')
    .addOption(new Option('--telemetry <on|off>', "OpenClaw's telemetry (default: off)").choices(['on', 'off']))
    .addOption(
      new Option('--installer <which>', 'pinned: our own steps (default); official: install.sh of OpenClaw').choices([
        'pinned',
        'official',
      ]),
    )
    .option('--firewall', 'switch ufw on, with the port of sshd allowed (servers)')
    .option('--deadline <minutes>', 'end the run after so long (default: 20)', parsedBy(deadlineSchema))
    .option('--dry-run', 'show the plan and change nothing')
    .option('--yes', 'run the plan without a question')
    .addOption(jsonOption())
    .action(bind(deploy));
}

async function deploy(session: Session, name: string, said: Partial<DeployOptions>): Promise<Outcome> {
  // Not left to the parser, which would ask for --to before it said that --too is unknown.
  if (said.to === undefined) throw usageError(texts.noPlace.message, texts.noPlace.hint);
  const options = { ...said, to: said.to };
  const how = { yes: options.yes === true, dryRun: options.dryRun === true };
  requireConfirmation(session, how);
  const spec = await readSpec(name, options, session.io.cwd);
  const connect: ConnectOptions = {
    ...(await readConnectOptions(session, options)),
    ...(options.trustHostKey === undefined ? {} : { trustHostKeys: options.trustHostKey }),
  };
  const { deployments, instances } = await session.core();
  const outcome = await runPlanRequest(session, {
    waiting: spec.target.kind === 'local' ? texts.looking : texts.connecting(formatTarget(spec.target)),
    question: texts.askDeploy,
    options: { ...how, ...(options.deadline === undefined ? {} : { deadlineMs: options.deadline * MINUTE_MS }) },
    connect,
    preview: (connecting) => deployments.preview(spec, connecting),
    start: (previewId, running) => deployments.start(previewId, running),
    discard: (previewId) => deployments.discard(previewId),
  });
  if (outcome.is === 'declined') return declined;
  if (outcome.is === 'shown') return done(outcome.answers);
  const { run } = outcome;
  const instance = (await instances.list()).find((other) => isSameName(other.name, name)) ?? outcome.instance;
  if (!session.json) tellDeployed(session, instance, run);
  return done({
    instance: reportInstance(instance),
    runId: run.runId,
    ...(run.stats === undefined ? {} : { stats: run.stats }),
  });
}

function tellDeployed({ screen: { out } }: Session, instance: Instance, run: RunSnapshot): void {
  const { name, target, version, port, token } = instance;
  const applied = run.steps.filter((step) => step.status === 'applied').length;
  const work = texts.workOf(applied, run.stats === undefined ? undefined : formatDuration(run.stats.durationMs));
  const columns = Math.min(TEXT_COLUMNS, out.columns() ?? TEXT_COLUMNS);
  const facts = [
    texts.deployedPlace(version, target.kind === 'local' ? texts.thisComputer : formatTarget(target), port),
    texts.reach[target.kind],
    ...(token === undefined ? [] : [texts.tokenIn[token.backend]]),
  ];
  out.print(
    [],
    [green(marksOf(out.look).done), ' ', bold(texts.deployed(name)), dim(`  ${work}`)],
    ...facts.flatMap((fact) => wrapText(fact, columns - 2)).map((line): Line => [`  ${line}`]),
    [],
    ...alignRows([
      [cyan(`  hardshell open ${quoted(name)}`), dim(texts.nextOpen)],
      [cyan(`  hardshell logs ${quoted(name)} --follow`), dim(texts.nextLogs)],
    ]),
  );
}
