import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { AdoptedService } from '../../shared/model/adoption.ts';
import type { FoundInstall } from '../api-import.ts';
import { warn } from '../diagnostics/finding.ts';
import { parseUnitText, type ExistingService, type UnitText } from '../facts/existing-services.ts';
import { createFactReader, type AskFacts } from '../facts/fact.ts';
import { userUnitFact } from '../facts/unit.ts';
import { readFile } from '../host/files.ts';
import type { Host } from '../host/host.ts';
import { readSetting, type ConfigObject } from '../openclaw/config-document.ts';
import type { Candidate } from './adopter.ts';
import {
  asProblem,
  findAuth,
  findPort,
  judgeVersion,
  parseEnvFile,
  readFoundConfig,
  type FoundAuth,
} from './found-auth.ts';

/** What was read of a service. It holds the token, and goes no further than the plan. */
export interface ReadService {
  readonly adoption: AdoptedService;
  readonly version: string | undefined;
  readonly config: ConfigObject;
  readonly text: string | undefined;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly auth: FoundAuth;
}

const packageSchema = z.object({ name: z.literal('openclaw'), version: z.string() });

/** Where it has its things, by what its unit starts. Pure. @throws AppError `import.layout` */
export function layoutFound({ user, home, unit, unitPath }: ExistingService, { words, env }: UnitText): AdoptedService {
  const [node = '', ...rest] = words;
  // Between them stand options of Node.js: OpenClaw itself gives it a size of its heap.
  const entry = rest.find((word) => /^\/.+\.m?js$/.test(word)) ?? '';
  const packageDir = entry.replace(/\/(?:dist\/)?[\w.-]+\.m?js$/, '');
  if (!/\/node$/.test(node) || packageDir === entry || !words.includes('gateway')) {
    throw new AppError('import.layout', {
      message: `The unit ${unit} does not start OpenClaw's gateway by Node.js and a path, as OpenClaw writes it.`,
    });
  }
  const profile = env['OPENCLAW_PROFILE'] ?? '';
  const usual = `${home}/.openclaw${profile === '' || profile === 'default' ? '' : `-${profile}`}`;
  const stateDir = (env['OPENCLAW_STATE_DIR'] ?? usual).replace(/^~(?=\/)/, home);
  const configPath = (env['OPENCLAW_CONFIG_PATH'] ?? `${stateDir}/openclaw.json`).replace(/^~(?=\/)/, home);
  if (configPath !== `${stateDir}/openclaw.json`) {
    throw new AppError('import.layout', {
      message: `Its openclaw.json does not lie in its state folder, but at ${configPath}. Hardshell does not know that.`,
    });
  }
  return { kind: 'service', user, home, node, packageDir, stateDir, configPath, unit, unitPath };
}

/** @throws AppError `import.stopped`, `import.layout`, `import.unreadable`, `config.unreadable` */
export async function readFoundService(
  { host, ask }: { readonly host: Host; readonly ask: AskFacts },
  found: ExistingService,
  signal: AbortSignal,
): Promise<ReadService> {
  const said = parseUnitText(found.text);
  const adoption = layoutFound(found, said);
  const unit = userUnitFact(found.user, found.unit);
  const { activeState } = await createFactReader(ask, () => [unit]).read(unit);
  if (activeState !== 'active') {
    throw new AppError('import.stopped', {
      message: `The service ${found.unit} of ${found.user} does not run (${activeState}), and what does not run cannot be looked at.`,
      details: { unit: found.unit, user: found.user, state: activeState },
    });
  }
  const as = { runAs: { user: found.user }, signal } as const;
  const read = async (path: string): Promise<string | undefined> => {
    try {
      return await readFile(host, path, as);
    } catch (error) {
      signal.throwIfAborted();
      throw asProblem(error, path);
    }
  };
  const own = packageSchema.safeParse(parseJson(await read(`${adoption.packageDir}/package.json`)));
  const text = await read(adoption.configPath);
  const config = readFoundConfig(text);
  const files = [`${adoption.stateDir}/.env`, ...said.envFiles.map((path) => path.replaceAll('%h', found.home))];
  const written: Record<string, string> = {};
  for (const path of files) Object.assign(written, parseEnvFile((await read(path)) ?? ''));
  const env = { ...written, ...said.env };
  return { adoption, version: own.data?.version, config, text, words: said.words, env, auth: findAuth(config, env) };
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // Whatever that is, it is no package of OpenClaw.
    return undefined;
  }
}

/** What it comes to. Pure. */
export function judgeService(shown: FoundInstall, read: ReadService): Candidate {
  const { adoption, version, config, words, env, auth } = read;
  const problem = judgeVersion(version) ?? auth.problem;
  const bind = readSetting(config, ['gateway', 'bind']);
  const isOpen = typeof bind === 'string' && bind !== 'loopback';
  return {
    shown: {
      ...shown,
      ...(version === undefined ? {} : { version }),
      port: findPort(words, env, config),
      stateDir: adoption.stateDir,
      token: auth.place,
      ...(problem === undefined ? {} : { problem }),
    },
    adoption,
    auth,
    findings: isOpen
      ? [
          warn(
            { id: 'bind', title: 'Open port' },
            `gateway.bind is "${bind}": its gateway answers others than the server itself. Hardshell needs only loopback, which can be set under Configuration.`,
          ),
        ]
      : [],
  };
}
