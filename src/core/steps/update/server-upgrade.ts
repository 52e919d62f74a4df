import { z } from 'zod';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { packageVersionFact } from '../../facts/install.ts';
import { change, changeScript } from '../../host/command.ts';
import { expectOk, lastLines } from '../../host/exec.ts';
import { readJsonAnswer } from '../../openclaw/json-answer.ts';
import { npmInstallEnvironment } from '../../openclaw/npm-install.ts';
import { serverEnvironment, type ServerLayout } from '../../openclaw/server-layout.ts';
import { openclawPackageStep } from '../server/openclaw-package.ts';
import type { Step } from '../step.ts';
import { wasTried } from './update-record.ts';
import type { UpdateWork } from './update-work.ts';
import { UPGRADE_SCRIPT } from './upgrade-script.ts';

/** Staging, the migration of a large state, and a machine that swaps. */
const UPGRADE_TIMEOUT_MS = 60 * 60_000;
/** Before ours: an updater that goes on while the older version is put back would undo that. */
const UPDATER_TIMEOUT_MS = 55 * 60_000;
/** Nine times what an update takes on a small machine (about 100 s). OpenClaw's own updater waits half an hour for each of its steps. */
const SILENT_LIMIT_MS = 15 * 60_000;
/** What an updater that is ended has for its own tidying. */
const GRACE_MS = 10_000;
const LOOK_TIMEOUT_MS = 10 * 60_000;

const dryRunSchema = z.looseObject({
  dryRun: z.literal(true),
  targetVersion: z.string().nullish(),
  notes: z.array(z.string()).default([]),
});
const doctorSchema = z.looseObject({
  findings: z.array(z.looseObject({ severity: z.string(), message: z.string() })),
});
/** OpenClaw writes `null` where it has nothing to say. */
const words = z
  .string()
  .nullish()
  .transform((said) => said ?? undefined);
const answerSchema = z.object({
  isGood: z.boolean(),
  code: z.number(),
  status: words,
  reason: words,
  version: words,
  downMs: z.number(),
  failed: z.array(z.string()).optional(),
  lines: z.array(z.string()).optional(),
  log: z.array(z.string()).optional(),
  npmPrefix: words,
  openclaw: words,
  whyEnded: z.enum(['silent', 'late']).optional(),
});
type Answer = z.input<typeof answerSchema>;

/** What the program on the machine says at its end. Pure. */
export function readUpgradeAnswer(stdout: string): Answer | undefined {
  return readJsonAnswer(stdout, answerSchema);
}

/** npm of the account is told by its environment, whatever its .npmrc says: a mirror that was set since counts. */
function updateEnvironment(layout: ServerLayout, registry: string): Readonly<Record<string, string>> {
  return {
    ...serverEnvironment(layout),
    ...npmInstallEnvironment(),
    NPM_CONFIG_REGISTRY: `${registry}/`,
    OPENCLAW_NO_AUTO_UPDATE: '1',
  };
}

/** The older program, for as long as the newer one is not proven: linked, it takes no room and no time. */
export const keptPrefix = ({ npmPrefix }: ServerLayout): string => `${npmPrefix}/.hardshell-older`;
const keptPackage = (layout: ServerLayout): string => `${keptPrefix(layout)}/lib/node_modules/openclaw`;

/* $1 package folder, gone where an updater was killed in the swap, $2 where it is kept. Without links on this disk, npm brings it again. */
export const KEEP_PACKAGE = `set -eu
[ -e "$1/package.json" ] || exit 0
rm -rf "$2" "$2.new"
mkdir -p "\${2%/*}"
cp -al "$1" "$2.new" 2>/dev/null || { rm -rf "$2.new"; exit 0; }
mv "$2.new" "$2"`;

export const EXIT_NOT_KEPT = 66;

/* What a run that was cut short has set aside is the newer program: nobody needs it. $1 where it is kept, $2 package folder, $3 its version, $4 prefix */
export const PUT_PACKAGE_BACK = `set -eu
head -c 4096 "$1/package.json" 2>/dev/null | grep -q -F '"version": "'"$3"'"' || exit ${String(EXIT_NOT_KEPT)}
for left in "$4"/.retired.*; do [ ! -e "$left" ] || rm -rf "$left"; done
retired=$(mktemp -d "$4/.retired.XXXXXX")
[ ! -e "$2" ] || mv "$2" "$retired/"
mv "$1" "$2"
ln -sfn ../lib/node_modules/openclaw/openclaw.mjs "$4/bin/openclaw"
rm -rf "$retired"`;

/** OpenClaw itself says whether it can be updated, and how it is. Nothing is changed. */
export function foresightStep(work: UpdateWork, layout: ServerLayout, registry: string): Step {
  const as = { runAs: { user: layout.user }, env: updateEnvironment(layout, registry), slow: true } as const;
  let isDone = false;
  return {
    id: 'foresee',
    title: 'Ask OpenClaw whether the update can be made',
    facts: [packageVersionFact(layout.packageDir)],
    timeoutMs: LOOK_TIMEOUT_MS,
    async check(context) {
      if (isDone) return satisfied('it can be made');
      if (await wasTried(work)) return satisfied('a run before this one has asked');
      return (await work.readVersion(context)) === work.version
        ? satisfied('there is nothing to update')
        : needed('it was not asked yet');
    },
    async apply({ change: run, note }) {
      const argv = [layout.node, layout.openclaw, 'update', '--tag', work.version, '--dry-run', '--json'] as const;
      const dry = await run(change(argv, as), { doing: 'Asking OpenClaw for its plan', quiet: true });
      const plan = readJsonAnswer(dry.stdout, dryRunSchema);
      if (dry.code !== 0 || plan === undefined) {
        throw new AppError('update.refused', { details: { exitCode: dry.code, lastLines: lastLines(dry) } });
      }
      for (const line of plan.notes) note(line);
      const doctor = await run(change([layout.node, layout.openclaw, 'doctor', '--json'], as), {
        doing: 'Asking OpenClaw how it is',
        quiet: true,
      });
      const findings = readJsonAnswer(doctor.stdout, doctorSchema)?.findings ?? [];
      const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
      if (errors.length > 0) {
        throw new AppError('update.refused', {
          message: `OpenClaw finds fault with itself before the update: ${errors[0] ?? ''}`,
          hint: 'Mend that first. Nothing was changed.',
          details: { lastLines: errors.slice(0, 20) },
        });
      }
      for (const { message } of findings.slice(0, 10)) note(message.split('\n')[0] ?? '');
      isDone = true;
    },
  };
}

export function serverUpgradeStep(work: UpdateWork, layout: ServerLayout, registry: string): Step {
  const { version, instance, isStill } = work;
  const installed = packageVersionFact(layout.packageDir);
  return {
    id: 'upgrade',
    title: `Have OpenClaw update itself to ${version}`,
    facts: [installed],
    timeoutMs: UPGRADE_TIMEOUT_MS,
    async check({ read }) {
      const found = await read(installed);
      if (found === version) return satisfied(`OpenClaw ${version} is installed`);
      return needed(found === undefined ? 'OpenClaw is not installed' : `OpenClaw ${found} is installed`, 'restart');
    },
    async apply({ change: run, changeOk, note }) {
      const keep = changeScript(KEEP_PACKAGE, [layout.packageDir, keptPackage(layout)], {
        runAs: { user: layout.user },
      });
      await changeOk('Keeping the older program', keep);
      note(`OpenClaw brings ${version} from ${registry}, tries it on a copy of the state, and takes it into use`);
      const { node, npmCli: npm, openclaw, stateDir } = layout;
      const limits = { silentMs: SILENT_LIMIT_MS, wholeMs: UPDATER_TIMEOUT_MS, graceMs: GRACE_MS };
      const params = { node, npm, openclaw, stateDir, version, port: instance.port, isStill, ...limits };
      const command = change([node, '-e', UPGRADE_SCRIPT, JSON.stringify(params)], {
        runAs: { user: layout.user },
        env: updateEnvironment(layout, registry),
        slow: true,
      });
      const result = await run(command, {
        doing: `Updating OpenClaw to ${version}`,
        quiet: true,
        timeoutMs: UPGRADE_TIMEOUT_MS,
        onLine: (stream, line) => {
          if (stream === 'stderr' && line.trim() !== '') note(line.trim().slice(0, 300));
        },
      });
      const answer = readUpgradeAnswer(result.stdout);
      if (answer?.isGood !== true) throw upgradeError(version, answer, lastLines(result));
      if (!isStill) note(describeDowntime(answer.downMs));
    },
  };
}

/** Pure. */
export function describeDowntime(ms: number): string {
  return `the gateway did not answer for ${(ms / 1000).toFixed(1)} s`;
}

const ENDED = {
  silent: (version: string) =>
    `no gateway answered for ${String(SILENT_LIMIT_MS / 60_000)} minutes while OpenClaw's own updater to ${version} waited for it, which was ended`,
  late: (version: string) =>
    `OpenClaw's own updater to ${version} came to no end in ${String(UPDATER_TIMEOUT_MS / 60_000)} minutes, and was ended`,
} as const;

/** Pure. Also where the updater has put the former version back itself: that was asked for by nobody. */
export function upgradeError(version: string, answer: Answer | undefined, lines: readonly string[]): AppError {
  if (answer === undefined) {
    return new AppError('update.failed', {
      message: `OpenClaw's own updater to ${version} ended without a word.`,
      details: { lastLines: lines },
    });
  }
  const { code, status, reason, failed = [], log = [], npmPrefix, openclaw, whyEnded } = answer;
  const because = reason ?? failed[0] ?? status ?? `it ended with ${String(code)}`;
  return new AppError('update.failed', {
    message: whyEnded === undefined ? `OpenClaw's own updater failed: ${because}.` : ENDED[whyEnded](version),
    details: { exitCode: code, status, failed, lastLines: answer.lines ?? lines, updateLog: log, npmPrefix, openclaw },
  });
}

/** Before anything is stopped for it: what an update was taken back with is brought again where it is gone. */
export function bringOlderStep(layout: ServerLayout, version: string, registry: string): Step {
  const npmPrefix = keptPrefix(layout);
  const beside: ServerLayout = { ...layout, npmPrefix, packageDir: keptPackage(layout) };
  const [installed, kept] = [packageVersionFact(layout.packageDir), packageVersionFact(beside.packageDir)];
  return {
    ...openclawPackageStep(beside, version, registry),
    id: 'bring',
    title: `Bring OpenClaw ${version}`,
    facts: [installed, kept],
    async check({ read }) {
      if ((await read(installed)) === version) return satisfied(`OpenClaw ${version} is installed`);
      return (await read(kept)) === version
        ? satisfied(`OpenClaw ${version} lies beside the one that runs`)
        : needed(`OpenClaw ${version} is not on the server any more`);
    },
  };
}

/** Exactly this version, also where a newer one lies there. */
export function exactPackageStep(layout: ServerLayout, version: string, registry: string): Step {
  const installed = packageVersionFact(layout.packageDir);
  const install = openclawPackageStep(layout, version, registry);
  return {
    ...install,
    title: `Put OpenClaw ${version} back`,
    async check({ read }) {
      const found = await read(installed);
      return found === version
        ? satisfied(`OpenClaw ${version} is installed`)
        : needed(found === undefined ? 'OpenClaw is not installed' : `OpenClaw ${found} is installed`, 'restart');
    },
    async apply(context) {
      const { packageDir, npmPrefix, user } = layout;
      const words = [keptPackage(layout), packageDir, version, npmPrefix];
      const command = changeScript(PUT_PACKAGE_BACK, words, { runAs: { user } });
      const result = await context.change(command, { doing: `Putting OpenClaw ${version} back`, quiet: true });
      if (result.code === EXIT_NOT_KEPT) await install.apply(context);
      else expectOk(result, `Putting OpenClaw ${version} back`);
    },
  };
}
