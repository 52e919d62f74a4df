import { z } from 'zod';
import { AppError, isAppError } from '../../shared/app-error.ts';
import { readReason, type GatewayTalk } from './gateway-talk.ts';

/** It is downloaded on the machine of the gateway: a minute on a slow line. */
const INSTALL_TIMEOUT_MS = 5 * 60_000;

const listSchema = z.object({
  plugins: z.array(z.object({ id: z.string(), installed: z.boolean().optional(), enabled: z.boolean().optional() })),
});

/** Has the gateway install and switch on one of OpenClaw's own plugins, where it is missing. @throws AppError `plugin.missing` */
export async function installPlugin(talk: GatewayTalk, pluginId: string): Promise<void> {
  const { plugins } = await talk.ask(listSchema, 'plugins.list', {}, INSTALL_TIMEOUT_MS);
  const found = plugins.find(({ id }) => id === pluginId);
  try {
    if (found?.installed !== true) {
      const params = { source: 'official', pluginId };
      await talk.askToWrite(['plugins'], 'plugins.install', params, INSTALL_TIMEOUT_MS);
    } else if (found.enabled !== true) {
      await talk.patchConfig(() => ({ plugins: { entries: { [pluginId]: { enabled: true } } } }));
    }
  } catch (error) {
    if (!isAppError(error, 'gateway.rpc')) throw error;
    throw new AppError('plugin.missing', {
      message: `The plugin ${pluginId}, which this needs, could not be installed.`,
      hint: 'Check that the machine of the gateway reaches the npm registry, then try again.',
      details: { plugin: pluginId, reason: readReason(error) },
    });
  }
}
