import { Option, type Command } from 'commander';
import { z } from 'zod';
import { isSameName } from '../../shared/model/ids.ts';
import { imageChoiceSchema, providerSchema, versionSchema } from '../../shared/model/spec.ts';
import { parseHop, parseTarget, portSchema } from '../../shared/model/target.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions, Core } from '../../core/index.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { runPlanRequest } from '../flow/plan-run.ts';
import { waitingFor } from '../output/place-words.ts';
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
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
} from './command.ts';
import { formatDeployed } from '../output/deployed.ts';
import { addAccessOptions } from './access-options.ts';
import { addLimitOptions } from './limit-options.ts';
import { fingerprintSchema, readSpec, type DeployOptions } from './deploy-request.ts';

const MINUTE_MS = 60_000;
const MAX_DEADLINE_MINUTES = 24 * 60;

const numberSchema = z.string().regex(/^\d+$/, 'It is not a whole number.').transform(Number);
const deadlineSchema = numberSchema.refine(
  (minutes) => minutes >= 1 && minutes <= MAX_DEADLINE_MINUTES,
  `It is a number of minutes from 1 to ${String(MAX_DEADLINE_MINUTES)}.`,
);

export function deployCommand(bind: Bind): Command {
  const command = instanceCommand('deploy', 'put OpenClaw on a server, into Docker or on this computer')
    .usage('<name> --to <place> [options]')
    .description(
      'Puts OpenClaw on a server over SSH, on this computer, or into a container of either. What is there already is kept; run it again to continue, or to check that all is well.',
    )
    .addOption(
      new Option('--to <place>', 'local, docker, ssh://USER@HOST[:PORT] or docker+ssh://…').argParser((text: string) =>
        parseTarget(text),
      ),
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
    .option(
      '--image <image>',
      'build, or a reference (Docker; default: the official one)',
      parsedBy(imageChoiceSchema),
    );
  addAccessOptions(addLimitOptions(command))
    .option('--deadline <minutes>', 'end the run after so long (default: 20)', parsedBy(deadlineSchema))
    .option('--dry-run', 'show the plan and change nothing')
    .option('--yes', 'run the plan without a question')
    .addOption(jsonOption());
  return command.action(bind(deploy));
}

async function deploy(session: Session, name: string, said: Partial<DeployOptions>): Promise<Outcome> {
  // Not left to the parser, which would ask for --to before it said that --too is unknown.
  if (said.to === undefined) throw usageError(texts.noPlace.message, texts.noPlace.hint);
  const options = { ...said, to: said.to };
  const how = { yes: options.yes === true, dryRun: options.dryRun === true };
  requireConfirmation(session, how);
  const spec = await readSpec(name, options, session.io.cwd, async () =>
    findNamed((await session.core()).instances, name),
  );
  const connect: ConnectOptions = {
    ...(await readConnectOptions(session, options)),
    ...(options.trustHostKey === undefined ? {} : { trustHostKeys: options.trustHostKey }),
  };
  const { deployments, instances } = await session.core();
  const outcome = await runPlanRequest(session, {
    waiting: waitingFor(spec.target),
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
  const { out } = session.screen;
  const instance = (await findNamed(instances, name)) ?? outcome.instance;
  if (!session.json) out.print(...formatDeployed(instance, run, out.look, out.columns()));
  return done({
    instance: reportInstance(instance),
    runId: run.runId,
    ...(run.stats === undefined ? {} : { stats: run.stats }),
  });
}

async function findNamed(instances: Core['instances'], name: string): Promise<Instance | undefined> {
  return (await instances.list()).find((other) => isSameName(other.name, name));
}
