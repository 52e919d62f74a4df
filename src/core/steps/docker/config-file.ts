import { posix } from 'node:path';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import { CONTAINER_HOME } from '../../openclaw/container-layout.ts';
import { planConfigPatch, type ConfigPatch, type GatewaySettings } from '../../openclaw/config-patch.ts';
import { expectValidConfig } from '../../openclaw/validate-result.ts';
import { readPlainToken, type TokenKeeper } from '../server/gateway-token.ts';
import type { ApplyContext, Step } from '../step.ts';
import type { Berth } from './seat.ts';
import { execInside, privateFile, readText, replaceText, stateFolders } from './state-files.ts';

const VALIDATE_TIMEOUT_MS = 2 * 60_000;

/**
 * openclaw.json as a minimal patch over what is there. OpenClaw's own validator sees it first where the container runs; where
 * it does not, the gateway itself is the judge, and what was there lies beside it.
 */
export function configFileStep(
  berth: Berth,
  readSettings: () => Omit<GatewaySettings, 'token'>,
  keeper: TokenKeeper,
): Step {
  return patchedConfigStep(berth, async (text) => {
    // Before the token step has run there is no token: any other will do to see what would change.
    const token = readPlainToken(text) ?? (await keeper.read()) ?? new Secret('0'.repeat(64));
    return planConfigPatch(text, { ...readSettings(), token });
  });
}

/** @param plan what openclaw.json is to become, made from what it says */
export function patchedConfigStep(berth: Berth, plan: (text: string | undefined) => Promise<ConfigPatch>): Step {
  const { engine, layout } = berth;
  const read = (there: ContainerEngine, signal: AbortSignal): Promise<string | undefined> =>
    readText(there, layout.container, layout.configPath, signal);
  return {
    id: 'config',
    title: 'Write openclaw.json',
    facts: [],
    timeoutMs: 5 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      const { changes, severity } = await plan(there === undefined ? undefined : await read(there, signal));
      if (changes.length > 0) return needed(`to be set: ${changes.map(({ path }) => path).join(', ')}`, severity);
      return satisfied('openclaw.json says what it should');
    },
    async apply(context) {
      const { act, signal } = context;
      const there = await engine.open(signal);
      const text = await read(there, signal);
      const patch = await plan(text);
      await act('Closing the folders of its data to others', (limit) =>
        there.containers.putFiles(layout.container, CONTAINER_HOME, stateFolders(layout), { signal: limit }),
      );
      if (text !== undefined) await validate(context, there, berth, patch.text);
      if ((await read(there, signal)) !== text) {
        throw new AppError('config.rejected', {
          message: 'openclaw.json was changed by somebody else in this moment.',
          hint: 'Try again.',
        });
      }
      await act(`Setting ${patch.changes.map(({ path }) => path).join(', ')} in openclaw.json`, (limit) =>
        replaceText(there, layout.container, layout.configPath, patch.text, { keepOld: true, signal: limit }),
      );
    },
  };
}

/** @throws AppError `config.rejected` */
async function validate({ act }: ApplyContext, there: ContainerEngine, { layout }: Berth, text: string): Promise<void> {
  const { container, stateDir } = layout;
  const draft = posix.join(stateDir, '.hardshell-config.json');
  if ((await there.containers.find(container))?.state !== 'running') return;
  await act('Showing the new openclaw.json to OpenClaw', async (signal) => {
    await there.containers.putFiles(container, stateDir, [privateFile(posix.basename(draft), text)], { signal });
    try {
      const result = await execInside(there, container, ['openclaw', 'config', 'validate', '--json'], {
        signal,
        env: { OPENCLAW_CONFIG_PATH: draft },
        timeoutMs: VALIDATE_TIMEOUT_MS,
      });
      expectValidConfig(result, text);
    } finally {
      await execInside(there, container, ['rm', '-f', draft], { signal: AbortSignal.timeout(VALIDATE_TIMEOUT_MS) });
    }
  });
}
