import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ProviderChoice } from '../../shared/model/models.ts';
import type { Provider } from '../../shared/model/spec.ts';
import type { Secret } from '../../shared/secret.ts';
import type { Models, SetKeyOptions, TalkOptions } from '../api-agent.ts';
import { defaultModel, fingerprintKey, providerId } from '../openclaw/provider-auth.ts';
import type { StateStore } from '../state/state-store.ts';
import type { Deeds } from './deeds.ts';
import type { GatewayTalk, WithGateway } from './gateway-talk.ts';
import { tryProviderKey, type ProviderApis, type TriedKey } from './key-check.ts';
import { authStatusSchema, buildModelsView, modelListSchema, readChoice } from './model-list.ts';
import { installPlugin } from './plugins.ts';
import { giveCustomKey, giveListedKey, readApi, removeWrittenKey, storeKey } from './provider-keys.ts';
import { buildSpend, costSchema, usageSchema } from './spend.ts';

const WRITE_TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 180_000;
/** The first look at the sessions of a gateway reads all of them. */
const USAGE_TIMEOUT_MS = 120_000;

export interface ModelsServices {
  readonly find: (name: string) => Promise<{ readonly instance: Instance }>;
  readonly withGateway: WithGateway;
  readonly state: StateStore;
  readonly deeds: Deeds;
  readonly apis?: Partial<ProviderApis> | undefined;
  /** Of the gateway. Undefined: it is not in the secret store. */
  readonly readToken: (id: InstanceId) => Promise<Secret | undefined>;
}

const probeAnswerSchema = z.object({
  status: z.string(),
  error: z.string().optional(),
  latencyMs: z.number().optional(),
});

export function createModels({ find, withGateway, state, deeds, apis, readToken }: ModelsServices): Models {
  const tryKey = async (
    name: string,
    choice: ProviderChoice,
    key: Secret,
    options: TalkOptions = {},
  ): Promise<TriedKey> => {
    const { target } = (await find(name)).instance;
    const api =
      choice.kind === 'custom'
        ? await withGateway(name, options, async (talk) => readApi(await talk.readConfig(), choice.id))
        : undefined;
    return await tryProviderKey(choice, key, { apis, target, api, signal: options.signal });
  };

  const tryOrTake = async (
    name: string,
    choice: ProviderChoice,
    key: Secret,
    options: SetKeyOptions,
  ): Promise<TriedKey> => {
    try {
      return await tryKey(name, choice, key, options);
    } catch (error) {
      if (options.untested !== true || !isAppError(error, 'provider.unreachable')) throw error;
      return { check: { tested: false, says: 'The key was kept without a test.' }, models: [] };
    }
  };

  const giveKnown = async (talk: GatewayTalk, provider: Provider, key: Secret): Promise<void> => {
    // OpenClaw answers with OpenAI's models through this plugin alone.
    if (provider === 'openai') await installPlugin(talk, 'codex');
    await storeKey(talk, providerId(provider), key);
    const isChosen = readChoice(await talk.readConfig()).primary !== undefined;
    const model = isChosen ? {} : { model: defaultModel(provider) };
    if (!isChosen) {
      await talk.patchConfig(() => ({ agents: { defaults: { model: { primary: defaultModel(provider) } } } }));
    }
    const token = await readToken(talk.instance.id);
    await state.instances.update(talk.instance.id, (old = talk.instance) => ({
      ...old,
      ...model,
      ...describeKey(old, provider, key, token),
    }));
  };

  const give = async (
    talk: GatewayTalk,
    choice: ProviderChoice,
    key: Secret,
    models: readonly string[],
  ): Promise<void> => {
    switch (choice.kind) {
      case 'known':
        await giveKnown(talk, choice.provider, key);
        return;
      case 'listed':
        await giveListedKey(talk, choice.id, key);
        return;
      case 'custom':
        await giveCustomKey(talk, choice, key, models);
    }
  };

  return {
    read: (name, options) =>
      withGateway(name, options, async (talk) => {
        const [config, list, auth] = await Promise.all([
          talk.readConfig(),
          talk.ask(modelListSchema, 'models.list'),
          talk.ask(authStatusSchema, 'models.authStatus'),
        ]);
        return buildModelsView(config, list, auth);
      }),
    choose: (name, { primary, fallbacks }, options) =>
      withGateway(name, options, async (talk) => {
        const list = await talk.ask(modelListSchema, 'models.list');
        const view = buildModelsView({}, list, { providers: [] });
        const wanted = [primary, ...fallbacks];
        if (new Set(wanted).size < wanted.length) {
          throw new AppError('usage.invalid', { message: 'A model is named twice.', hint: 'Name each once.' });
        }
        // A list that is still being made says nothing about what is not on it.
        const unknown = view.incomplete ? undefined : wanted.find((ref) => view.models.every((one) => one.ref !== ref));
        if (unknown !== undefined && !knowsAllModels(unknown)) {
          throw new AppError('model.unknown', { message: `The gateway does not know the model ${unknown}.` });
        }
        await talk.patchConfig(() => ({ agents: { defaults: { model: { primary, fallbacks } } } }), {
          replacePaths: ['agents.defaults.model.fallbacks'],
        });
        await state.instances.update(talk.instance.id, (old) => ({ ...(old ?? talk.instance), model: primary }));
        await deeds.note(talk.instance.id, `Model: ${wanted.join(', then ')}`);
      }),
    tryKey: async (name, choice, key, options) => (await tryKey(name, choice, key, options)).check,
    setKey: async (name, choice, key, options = {}) => {
      const { check, models } = await tryOrTake(name, choice, key, options);
      return await withGateway(name, options, async (talk) => {
        await give(talk, choice, key, models);
        await deeds.note(
          talk.instance.id,
          `Key of ${choice.kind === 'known' ? choice.provider : choice.id}: a new one`,
        );
        return check;
      });
    },
    removeKey: (name, provider, options) =>
      withGateway(name, options, async (talk) => {
        const config = await talk.readConfig();
        const auth = await talk.ask(authStatusSchema, 'models.authStatus');
        const found = buildModelsView(config, { models: [] }, auth).providers.find(({ id }) => id === provider);
        if (found?.removable !== true) throw new AppError('provider.key-missing');
        if (found.key === 'stored') {
          await talk.ask(z.unknown(), 'models.authLogout', { provider }, WRITE_TIMEOUT_MS);
          const { provider: deployed } = talk.instance;
          if (deployed !== undefined && providerId(deployed) === provider) {
            await state.instances.update(talk.instance.id, (old) => {
              const rest = { ...(old ?? talk.instance) };
              delete rest.providerKeyFingerprint;
              return rest;
            });
          }
        } else await removeWrittenKey(talk, provider);
        await deeds.note(talk.instance.id, `Key of ${provider}: taken away`);
      }),
    probe: (name, provider, options) =>
      withGateway(name, options, async (talk) => {
        const answer = await talk.ask(probeAnswerSchema, 'models.probe', { provider }, PROBE_TIMEOUT_MS);
        const { status, error, latencyMs } = answer;
        const works = status === 'ok';
        return {
          works,
          says: works ? 'The provider answers.' : (error ?? status),
          ...(latencyMs === undefined ? {} : { latencyMs }),
        };
      }),
    spend: (name, options) =>
      withGateway(name, options, async (talk) => {
        const [cost, usage] = await Promise.all([
          talk.ask(costSchema, 'usage.cost', { days: 30, agentScope: 'all' }, USAGE_TIMEOUT_MS),
          talk.ask(usageSchema, 'sessions.usage', { range: '30d', limit: 1, agentScope: 'all' }, USAGE_TIMEOUT_MS),
        ]);
        return buildSpend(cost, usage);
      }),
  };
}

/**
 * What the record says of a key: whose it is, and which one, so that the next deployment does not put an older one back.
 * A key beside that of the provider that was deployed is not the deployment's. Pure.
 */
function describeKey(
  { provider: deployed }: Pick<Instance, 'provider'>,
  provider: Provider,
  key: Secret,
  token: Secret | undefined,
): Pick<Instance, 'provider' | 'providerKeyFingerprint'> {
  if (deployed !== undefined && deployed !== provider) return {};
  return { provider, ...(token === undefined ? {} : { providerKeyFingerprint: fingerprintKey(provider, key, token) }) };
}

/** OpenRouter answers for hundreds that no gateway lists. */
function knowsAllModels(ref: string): boolean {
  return ref.startsWith('openrouter/');
}
