import type { modelCalls } from '../../shared/contract/models.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import { Secret } from '../../shared/secret.ts';
import type { ChannelWish } from '../../core/index.ts';
import type { CallContext, Handlers } from '../context.ts';

/** What is handed in is struck out of errors and events from then on. */
function wrap(value: string, { panel }: CallContext): Secret {
  const secret = new Secret(value);
  panel.masks.add([secret]);
  return secret;
}

function readWish(
  given: Pick<ChannelWish, 'channel' | 'account' | 'settings'> & { readonly secrets: Readonly<Record<string, string>> },
  context: CallContext,
): ChannelWish {
  const secrets = Object.entries(given.secrets).map(([key, value]) => [key, wrap(value, context)] as const);
  return {
    channel: given.channel,
    account: given.account,
    settings: given.settings,
    secrets: Object.fromEntries(secrets),
  };
}

const nameOf = async (id: InstanceId, { panel }: CallContext): Promise<string> => (await panel.find(id)).name;
/** Looking ends with the page; what changes something goes on. */
const looking = ({ session }: CallContext): { signal: AbortSignal } => ({ signal: session.signal });

export const modelHandlers: Handlers<keyof typeof modelCalls> = {
  'models.read': async ({ instanceId }, context) =>
    await context.panel.core.models.read(await nameOf(instanceId, context), looking(context)),
  'models.choose': async ({ instanceId, choice }, context) => {
    await context.panel.core.models.choose(await nameOf(instanceId, context), choice);
    return null;
  },
  'models.setKey': async ({ instanceId, choice, key, untested }, context) =>
    await context.panel.core.models.setKey(await nameOf(instanceId, context), choice, wrap(key, context), { untested }),
  'models.removeKey': async ({ instanceId, provider }, context) => {
    await context.panel.core.models.removeKey(await nameOf(instanceId, context), provider);
    return null;
  },
  'models.probe': async ({ instanceId, provider }, context) =>
    await context.panel.core.models.probe(await nameOf(instanceId, context), provider, looking(context)),
  'models.spend': async ({ instanceId }, context) =>
    await context.panel.core.models.spend(await nameOf(instanceId, context), looking(context)),

  'channels.list': async ({ instanceId }, context) =>
    await context.panel.core.channels.list(await nameOf(instanceId, context), looking(context)),
  'channels.kinds': async ({ instanceId }, context) =>
    await context.panel.core.channels.kinds(await nameOf(instanceId, context), looking(context)),
  'channels.fields': async ({ instanceId, channel }, context) =>
    await context.panel.core.channels.fields(await nameOf(instanceId, context), channel, looking(context)),
  'channels.add': async ({ instanceId, anyway, ...given }, context) =>
    await context.panel.core.channels.add(await nameOf(instanceId, context), readWish(given, context), { anyway }),
  'channels.remove': async ({ instanceId, channel, account }, context) => {
    await context.panel.core.channels.remove(await nameOf(instanceId, context), channel, { account });
    return null;
  },
  'channels.restart': async ({ instanceId, channel, account }, context) => {
    await context.panel.core.channels.restart(await nameOf(instanceId, context), channel, { account });
    return null;
  },
  'channels.stop': async ({ instanceId, channel, account }, context) => {
    await context.panel.core.channels.stop(await nameOf(instanceId, context), channel, { account });
    return null;
  },
  'channels.approve': async ({ instanceId, channel, requestId, account }, context) => {
    await context.panel.core.channels.approve(await nameOf(instanceId, context), channel, { requestId, account });
    return null;
  },
  'channels.approveCode': async ({ instanceId, channel, code }, context) => {
    await context.panel.core.channels.approve(await nameOf(instanceId, context), channel, { code });
    return null;
  },
  'channels.dismiss': async ({ instanceId, channel, requestId, account }, context) => {
    await context.panel.core.channels.dismiss(await nameOf(instanceId, context), channel, requestId, account);
    return null;
  },
  'channels.login': async ({ instanceId, channel, account, before, anew = false }, context) => {
    const name = await nameOf(instanceId, context);
    const { channels } = context.panel.core;
    return before === undefined
      ? await channels.beginLogin(name, channel, { ...looking(context), account, anew })
      : await channels.awaitLogin(name, channel, before, { ...looking(context), account });
  },

  'files.list': async ({ instanceId }, context) =>
    await context.panel.core.files.list(await nameOf(instanceId, context), looking(context)),
  'files.read': async ({ instanceId, file }, context) =>
    await context.panel.core.files.read(await nameOf(instanceId, context), file, looking(context)),
  'files.write': async ({ instanceId, file, text, before }, context) =>
    await context.panel.core.files.write(await nameOf(instanceId, context), file, text, before),
  'files.history': async ({ instanceId, file }, context) =>
    await context.panel.core.files.history(await nameOf(instanceId, context), file),
  'files.version': async ({ instanceId, file, version }, context) => ({
    text: await context.panel.core.files.readVersion(await nameOf(instanceId, context), file, version),
  }),

  'skills.list': async ({ instanceId }, context) =>
    await context.panel.core.skills.list(await nameOf(instanceId, context), looking(context)),
  'skills.search': async ({ instanceId, query }, context) =>
    await context.panel.core.skills.search(await nameOf(instanceId, context), query, looking(context)),
  'skills.install': async ({ instanceId, slug }, context) => {
    await context.panel.core.skills.install(await nameOf(instanceId, context), slug);
    return null;
  },
  'skills.update': async ({ instanceId, slug }, context) => ({
    renewed: await context.panel.core.skills.update(await nameOf(instanceId, context), slug),
  }),
  'skills.enable': async ({ instanceId, skill, enabled }, context) => {
    await context.panel.core.skills.enable(await nameOf(instanceId, context), skill, enabled);
    return null;
  },
  'skills.remove': async ({ instanceId, skill }, context) => {
    await context.panel.core.skills.remove(await nameOf(instanceId, context), skill);
    return null;
  },

  'deeds.list': async ({ instanceId }, context) =>
    await context.panel.core.deeds.list(await nameOf(instanceId, context)),
};
