import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../shared/app-error.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { InstanceLink } from './api-link.ts';
import type { Core } from './api.ts';
import { createBotBook } from './channels/bot-book.ts';
import { createChannels } from './channels/channels.ts';
import { createConfigWitness } from './configuration/config-witness.ts';
import type { ConfigHistory } from './configuration/history.ts';
import type { PlaceServices } from './places/place-services.ts';
import { createTokenKeeper } from './places/token-keeper.ts';
import { createFileHistory } from './workspace/file-history.ts';
import { createSkills } from './workspace/skills.ts';
import { createWorkspaceFiles } from './workspace/workspace-files.ts';
import { createDeeds } from './models/deeds.ts';
import { createWithGateway } from './models/gateway-talk.ts';
import { createModels } from './models/models.ts';

/** What OpenClaw's command line writes is a page. */
const MAX_OUTPUT_CHARS = 200_000;

export interface AssistantServices extends Pick<PlaceServices, 'deps' | 'state' | 'secrets' | 'ids' | 'now'> {
  /** Of configurations. */
  readonly history: ConfigHistory;
  readonly find: (name: string) => Promise<{ readonly instance: Instance }>;
  readonly link: (id: InstanceId) => Promise<InstanceLink>;
  readonly exec: Core['instances']['exec'];
}

/** What a person decides about the agent itself: who answers, where, with what it knows. */
export type Assistant = Pick<Core, 'models' | 'channels' | 'files' | 'skills' | 'deeds'>;

export function createAssistant(services: AssistantServices): {
  readonly api: Assistant;
  /** Takes away what was kept of an instance that is gone. */
  readonly forget: (id: InstanceId) => Promise<void>;
} {
  const { deps, state, secrets, ids, now, find, link, exec } = services;
  const { dataDir, who } = deps;
  const newId = () => ids.configEntry();
  const witness = createConfigWitness({ history: services.history, who, now, newId });
  const withGateway = createWithGateway({ find, link, witness });
  const deeds = createDeeds(join(dataDir, 'deeds'), who, now);
  const history = createFileHistory(join(dataDir, 'workspace-history'), now);
  const bots = createBotBook(join(dataDir, 'bots.json'), now);
  const findId = async (name: string): Promise<InstanceId> => (await find(name)).instance.id;

  const runThere = async (
    name: string,
    argv: readonly [string, ...string[]],
    signal?: AbortSignal,
  ): Promise<string> => {
    const options = signal === undefined ? {} : { signal };
    const child = await exec(name, argv, options, options);
    child.stdin.end();
    const [stdout, stderr, exit] = await Promise.all([readText(child.stdout), readText(child.stderr), child.exit]);
    if (exit.code === 0) return stdout;
    const said = `${stderr}\n${stdout}`.trim().split('\n').slice(-5).join('\n').slice(-1000);
    throw new AppError('gateway.rpc', {
      message: 'OpenClaw refused that.',
      details: { command: argv.slice(0, 3).join(' '), code: exit.code, reason: said },
    });
  };

  return {
    api: {
      models: createModels({
        find,
        withGateway,
        state,
        deeds,
        apis: deps.providerApis,
        readToken: async (id) => {
          const instance = await state.instances.get(id);
          return instance === undefined ? undefined : createTokenKeeper(instance, state, secrets).read();
        },
      }),
      channels: createChannels({
        withGateway,
        state,
        deeds,
        bots,
        telegramApi: deps.telegramApi,
        discordApi: deps.discordApi,
        runThere: (name, args, signal) => runThere(name, ['openclaw', ...args], signal),
      }),
      files: createWorkspaceFiles({ withGateway, findId, history, deeds, who }),
      skills: createSkills({
        withGateway,
        deeds,
        scriptThere: (name, script, args, signal) => runThere(name, ['node', '-e', script, ...args], signal),
      }),
      deeds: { list: async (name) => await deeds.list(await findId(name)) },
    },
    async forget(id) {
      await bots.learn(id, []);
      await deeds.forget(id);
      await history.forget(id);
    },
  };
}

async function readText(stream: Readable): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) text = (text + String(chunk)).slice(-MAX_OUTPUT_CHARS);
  return text;
}
