import type { appCalls, AppInfo } from '../../shared/contract/app.ts';
import type { Handlers } from '../context.ts';

const platforms: Readonly<Partial<Record<NodeJS.Platform, AppInfo['platform']>>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'win32',
};

export const appHandlers: Handlers<keyof typeof appCalls> = {
  'app.info': async (_, { panel }) => ({
    door: panel.door,
    version: panel.version,
    platform: platforms[panel.platform] ?? 'other',
    who: panel.who,
    dataDir: panel.dataDir,
    secretsBackend: await panel.core.secrets.backend(),
    mirrors: await panel.core.mirrors.origins(),
    copiesSecrets: panel.actions.copySecret !== undefined,
    savesSecrets: panel.actions.saveSecret !== undefined,
    savesLogs: panel.actions.saveStream !== undefined,
  }),
  'app.setMirrors': async (choices, { panel }) => {
    await panel.core.mirrors.choose(choices);
    return await panel.core.mirrors.origins();
  },
  'app.setTheme': ({ theme }, { panel }) => {
    panel.actions.setTheme(theme);
    return Promise.resolve(null);
  },
};
