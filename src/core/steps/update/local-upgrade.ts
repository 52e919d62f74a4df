import { rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { AppError, toAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { hasCode } from '../../system/atomic-file.ts';
import { packageIn, type LocalLayout } from '../local/local-layout.ts';
import { isThere } from '../local/node-runtime.ts';
import { installBeside, openclawPackageStep, readInstalledVersion } from '../local/openclaw-package.ts';
import type { ApplyContext, Step } from '../step.ts';
import { readPending } from './update-record.ts';
import type { UpdateWork } from './update-work.ts';

const SHORT_MS = 2 * 60_000;

/** Where the older program waits until the newer one is proven: coming back needs no network. */
export function olderPrefix({ dir }: LocalLayout): string {
  return join(dir, 'prefix.older');
}

/** @param layout with the Node.js that the newer version is run by */
export function bringStep(work: UpdateWork, layout: LocalLayout, registry: string): Step {
  const bring = bringBeside(layout, work.version, registry, nextPrefix(layout));
  return {
    ...bring,
    check: async (context) =>
      (await readPending(work))?.phase === 'back'
        ? satisfied('what is there is being taken back')
        : bring.check(context),
  };
}

/** Before anything is stopped for it: what an update was taken back with is brought again where it is gone. */
export function bringOlderStep(layout: LocalLayout, version: string, registry: string): Step {
  return bringBeside(layout, version, registry, olderPrefix(layout));
}

/** Into a prefix that is whole wherever it has this name. */
function bringBeside(layout: LocalLayout, version: string, registry: string, prefix: string): Step {
  return {
    id: 'bring',
    title: `Bring OpenClaw ${version}`,
    facts: [],
    timeoutMs: 15 * 60_000,
    async check() {
      if ((await readInstalledVersion(layout.packageDir)) === version)
        return satisfied(`OpenClaw ${version} is installed`);
      return (await readInstalledVersion(packageIn(prefix, layout.platform))) === version
        ? satisfied(`OpenClaw ${version} lies beside the one that runs`)
        : needed(`OpenClaw ${version} is not on this computer`);
    },
    async apply(context) {
      // Its name is not the one under which a deployment leaves what is not whole.
      await installBeside({ ...layout, stagingDir: `${prefix}.new` }, version, registry, context);
      await context.act('Keeping it beside the one that runs', async () => {
        await rm(prefix, { recursive: true, force: true });
        await rename(`${prefix}.new`, prefix);
        await rm(layout.npmCacheDir, { recursive: true, force: true });
      });
    },
  };
}

/** Whole wherever it has this name. */
export function nextPrefix({ dir }: LocalLayout): string {
  return join(dir, 'prefix.next');
}

/** Stopping, where the newer one is not in place yet: afterwards it may run already. */
export function stopBeforeSwap(stop: Step, work: UpdateWork): Step {
  return {
    ...stop,
    check: async (context) =>
      (await work.readVersion(context)) === work.version
        ? satisfied(`OpenClaw ${work.version} is in place already`)
        : stop.check(context),
  };
}

export function swapPackageStep(work: UpdateWork, layout: LocalLayout): Step {
  const { version } = work;
  return {
    id: 'replace',
    title: `Put OpenClaw ${version} in its place`,
    facts: [],
    timeoutMs: SHORT_MS,
    async check() {
      const found = await readInstalledVersion(layout.packageDir);
      return found === version
        ? satisfied(`OpenClaw ${version} is in place`)
        : needed(`OpenClaw ${found ?? 'of no known version'} is in place`, 'restart');
    },
    async apply({ act }) {
      await act(`Putting OpenClaw ${version} in its place`, async () => {
        const older = olderPrefix(layout);
        // Cut short between the two renames, the older one waits there already.
        if (await isThere(layout.prefixDir)) {
          await rm(older, { recursive: true, force: true });
          await rename(layout.prefixDir, older);
        }
        await rename(nextPrefix(layout), layout.prefixDir);
      });
    },
  };
}

/** Exactly this version: what waits beside it, else from the registry. */
export function putBackStep(layout: LocalLayout, version: string, registry: string): Step {
  return {
    ...openclawPackageStep(layout, version, registry),
    title: `Put OpenClaw ${version} back`,
    async check() {
      const found = await readInstalledVersion(layout.packageDir);
      return found === version
        ? satisfied(`OpenClaw ${version} is installed`)
        : needed(found === undefined ? 'OpenClaw is not installed' : `OpenClaw ${found} is installed`, 'restart');
    },
    async apply(context) {
      const older = olderPrefix(layout);
      if ((await readInstalledVersion(packageIn(older, layout.platform))) !== version) {
        await openclawPackageStep(layout, version, registry).apply(context);
        return;
      }
      await context.act(`Putting OpenClaw ${version} back`, async () => {
        await rm(nextPrefix(layout), { recursive: true, force: true });
        await rename(layout.prefixDir, nextPrefix(layout)).catch((error: unknown) => {
          if (!hasCode(error, 'ENOENT')) throw error;
        });
        await rename(older, layout.prefixDir);
      });
    },
  };
}

/** What only an update needs. */
export function clearPackagesStep(layout: LocalLayout): Step {
  const left = [olderPrefix(layout), nextPrefix(layout)].flatMap((dir) => [dir, `${dir}.new`]);
  const find = async (): Promise<string | undefined> => {
    for (const dir of left) if (await isThere(dir)) return dir;
    return undefined;
  };
  return {
    id: 'tidy',
    title: 'Clear away the program that runs no more',
    facts: [],
    timeoutMs: SHORT_MS,
    async check() {
      const found = await find();
      return found === undefined ? satisfied('nothing of it is left') : needed(`${found} is left`);
    },
    async apply({ act }) {
      await act('Clearing away the program that runs no more', () =>
        Promise.all(left.map((dir) => rm(dir, { recursive: true, force: true }))),
      );
    },
  };
}

/** A port that nobody listens on; who is quicker takes it, and the trial fails for that. */
export async function pickPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new TypeError('A listener of TCP has a port.');
  return address.port;
}

/** How a step says that what runs was not touched by its failure. */
export function untouched(version: string, thrown: unknown, { signal }: ApplyContext): AppError {
  signal.throwIfAborted();
  const cause = toAppError(thrown);
  return new AppError('update.failed', {
    message: `OpenClaw ${version} did not come up on a copy of the state, and nothing that runs was touched: ${cause.message}`,
    details: { ...cause.details, cause: cause.toReport() },
    cause,
  });
}
