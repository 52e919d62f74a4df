import { Secret } from '../../shared/secret.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { ConnectOptions } from '../api.ts';
import { readFile } from '../host/files.ts';
import { layoutServer } from '../openclaw/server-layout.ts';
import { createServerRoom } from '../steps/backup/server-room.ts';
import { checkConfigText, configPathIn } from '../steps/config/config-room.ts';
import type { Place } from './place.ts';
import type { ServerConnection } from './server-connection.ts';

/** openclaw.json on a server, as the account that OpenClaw runs as. */
export function createServerConfig(
  connect: (target: Instance['target'], options: ConnectOptions) => Promise<ServerConnection>,
): Pick<Place, 'readConfig' | 'checkConfig'> {
  return {
    async readConfig(instance, options) {
      await using server = await connect(instance.target, options);
      const text = await readFile(server.host, configPathIn(layoutServer(instance)), {
        runAs: { user: layoutServer(instance).user },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      return text === undefined ? undefined : new Secret(text);
    },
    async checkConfig(instance, text, options) {
      const { signal = new AbortController().signal } = options;
      await using server = await connect(instance.target, options);
      const room = createServerRoom(server.host, layoutServer(instance));
      await checkConfigText(room, { spawn: ({ argv }) => room.spawn(argv, signal) }, text, signal);
    },
  };
}
