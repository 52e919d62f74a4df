import { z } from 'zod';
import { isAppError, type AppError } from '../../shared/app-error.ts';
import { addressSchema, imageRepositorySchema } from '../../shared/model/address.ts';
import type { MirrorChoices, MirrorName, MirrorOrigin, Mirrors, OriginOf } from '../api-deps.ts';
import type { Clock } from '../system/ids.ts';
import { createRecordFile } from './record-file.ts';
import type { Versioned } from './versioned.ts';

const DEFAULTS: Mirrors = {
  npm: 'https://registry.npmjs.org',
  node: 'https://nodejs.org/dist',
  installer: 'https://openclaw.ai/install.sh',
  caddy: 'https://dl.cloudsmith.io/public/caddy/stable',
  docker: 'https://download.docker.com/linux',
  image: 'ghcr.io/openclaw/openclaw',
};

const recordSchema = z.strictObject({
  npm: addressSchema.optional(),
  node: addressSchema.optional(),
  installer: addressSchema.optional(),
  caddy: addressSchema.optional(),
  docker: addressSchema.optional(),
  image: imageRepositorySchema.optional(),
});
const versioned: Versioned<z.infer<typeof recordSchema>> = { version: 1, schema: recordSchema, migrations: {} };

/** Where programs are downloaded from: what the environment says, else what a person chose, else the makers themselves. */
export interface MirrorBook {
  read(): Promise<Mirrors>;
  origins(): Promise<OriginOf>;
  choose(choices: MirrorChoices): Promise<void>;
}

/**
 * @param given what the environment of this process says, which nobody changes from inside
 * @param onProblem told when what was chosen could not be read, and was set aside
 */
export function createMirrorBook(
  file: string,
  given: Partial<Mirrors>,
  clock: Clock,
  onProblem: (error: AppError) => void,
): MirrorBook {
  const record = createRecordFile(file, versioned, clock);
  const readChosen = async (): Promise<MirrorChoices> => {
    try {
      return (await record.read()) ?? {};
    } catch (error) {
      if (!isAppError(error, 'state.corrupt')) throw error;
      onProblem(error);
      return {};
    }
  };
  const origins = async (): Promise<OriginOf> => {
    const chosen = await readChosen();
    const find = (name: MirrorName): MirrorOrigin => {
      const fixed = given[name];
      if (fixed !== undefined) return { url: fixed, from: 'environment' };
      const own = chosen[name];
      return own === undefined ? { url: DEFAULTS[name], from: 'default' } : { url: own, from: 'settings' };
    };
    return {
      npm: find('npm'),
      node: find('node'),
      installer: find('installer'),
      caddy: find('caddy'),
      docker: find('docker'),
      image: find('image'),
    };
  };
  return {
    origins,
    async read() {
      const { npm, node, installer, caddy, docker, image } = await origins();
      return {
        npm: npm.url,
        node: node.url,
        installer: installer.url,
        caddy: caddy.url,
        docker: docker.url,
        image: image.url,
      };
    },
    async choose(choices) {
      await record.update((old = {}) => {
        const wanted = { ...old, ...choices };
        return Object.fromEntries(Object.entries(wanted).filter(([, url]) => url !== undefined && url !== ''));
      });
    },
  };
}
