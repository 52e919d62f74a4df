import { Command, Option } from 'commander';
import { adoptionChoiceSchema, foundIdSchema, type AdoptionChoice } from '../../shared/model/adoption.ts';
import { isSameName } from '../../shared/model/ids.ts';
import { parseHop, parseTarget, type SshHop, type Target } from '../../shared/model/target.ts';
import type { ConnectOptions, ImportRequest } from '../../core/index.ts';
import { requireConfirmation } from '../flow/asking.ts';
import { connected } from '../flow/connecting.ts';
import { runPlanRequest } from '../flow/plan-run.ts';
import { reportFound } from '../json-import.ts';
import { reportInstance } from '../json-lines.ts';
import { formatFound } from '../output/found.ts';
import { green } from '../output/line.ts';
import { marksOf } from '../output/look.ts';
import { waitingFor } from '../output/place-words.ts';
import { withSpinner } from '../output/run-view.ts';
import type { Session } from '../session.ts';
import { importTexts } from '../text-import.ts';
import {
  collectedBy,
  declined,
  done,
  jsonOption,
  parsedBy,
  parseName,
  readConnectOptions,
  secretsOption,
  usageError,
  type Bind,
  type Outcome,
  type ReachOptions,
} from './command.ts';
import { fingerprintSchema, readTarget } from './deploy-request.ts';

interface ImportOptions extends ReachOptions {
  readonly name?: string;
  readonly which?: string;
  readonly change?: readonly AdoptionChoice[];
  readonly identity?: string;
  readonly jump?: readonly SshHop[];
  readonly trustHostKey?: readonly string[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function importCommand(bind: Bind): Command {
  return new Command('import')
    .summary('look after an OpenClaw that is there already')
    .usage('<place> [--name <name>] [options]')
    .description(
      'Lists what runs OpenClaw at a place and was not put there by Hardshell: containers, and services of accounts of a server. With --name it is adopted as it is: shown first, and nothing of it is changed without being asked for.',
    )
    .argument('<place>', 'docker, ssh://USER@HOST[:PORT] or docker+ssh://…', (text: string) => parseTarget(text))
    .addOption(new Option('--name <name>', 'adopt it under this name').argParser(parseName))
    .addOption(new Option('--which <id>', 'which one, where there are several').argParser(parsedBy(foundIdSchema)))
    .addOption(
      new Option('--change <what>', 'token: give it one where its gateway lets everybody in (services)').argParser(
        collectedBy(parsedBy(adoptionChoiceSchema)),
      ),
    )
    .option('--identity <file>', 'private key to log in with')
    .addOption(
      new Option('--jump <place>', 'pass through ssh://USER@HOST[:PORT]; repeat it for more hops').argParser(
        collectedBy(parseHop),
      ),
    )
    .addOption(
      new Option('--trust-host-key <fingerprint>', 'trust the host key with this SHA256:…').argParser(
        collectedBy(parsedBy(fingerprintSchema)),
      ),
    )
    .addOption(secretsOption())
    .option('--dry-run', 'show what adopting it would change, and change nothing')
    .option('--yes', 'adopt it without a question')
    .addOption(jsonOption())
    .action(bind(adopt));
}

async function adopt(session: Session, place: Target, options: ImportOptions): Promise<Outcome> {
  const { name, which, change = [] } = options;
  if (name === undefined && (which !== undefined || change.length > 0 || options.yes === true))
    throw usageError(importTexts.noName.message, importTexts.noName.hint);
  const { identity, jump } = options;
  const target = await readTarget(
    { to: place, ...(identity === undefined ? {} : { identity }), ...(jump === undefined ? {} : { jump }) },
    session.io.cwd,
  );
  const how = { yes: options.yes === true, dryRun: options.dryRun === true };
  if (name !== undefined) requireConfirmation(session, how);
  const connect: ConnectOptions = {
    ...(await readConnectOptions(session, options)),
    ...(options.trustHostKey === undefined ? {} : { trustHostKeys: options.trustHostKey }),
  };
  if (name === undefined) return await list(session, target, connect);
  return await take(
    session,
    { target, name, changes: change, ...(which === undefined ? {} : { which }) },
    how,
    connect,
  );
}

async function list(session: Session, target: Target, connect: ConnectOptions): Promise<Outcome> {
  const { imports } = await session.core();
  const found = await connected(session, connect, {
    run: (connecting) => withSpinner(session, waitingFor(target), () => imports.look(target, connecting)),
  });
  const { out } = session.screen;
  if (!session.json) out.print(...formatFound(found, target, out.look, out.columns()));
  return done({ installs: found.map(reportFound) });
}

async function take(
  session: Session,
  request: ImportRequest,
  options: { readonly yes: boolean; readonly dryRun: boolean },
  connect: ConnectOptions,
): Promise<Outcome> {
  const { imports, deployments, instances } = await session.core();
  const outcome = await runPlanRequest(session, {
    waiting: waitingFor(request.target),
    question: importTexts.ask(request.name),
    options,
    connect,
    preview: (connecting) => imports.preview(request, connecting),
    start: (previewId, running) => imports.start(previewId, running),
    discard: (previewId) => deployments.discard(previewId),
  });
  if (outcome.is === 'declined') return declined;
  if (outcome.is === 'shown') return done(outcome.answers);
  const { run } = outcome;
  const { out } = session.screen;
  const kept = (await instances.list()).find((other) => isSameName(other.name, request.name)) ?? outcome.instance;
  if (!session.json) out.print([], [green(marksOf(out.look).done), ` ${importTexts.adopted(kept.name)}`]);
  return done({
    instance: reportInstance(kept),
    runId: run.runId,
    ...(run.stats === undefined ? {} : { stats: run.stats }),
  });
}
