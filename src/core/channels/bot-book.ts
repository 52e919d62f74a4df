import { z } from 'zod';
import { instanceIdSchema, type InstanceId } from '../../shared/model/ids.ts';
import { createRecordFile } from '../state/record-file.ts';
import type { Versioned } from '../state/versioned.ts';
import type { Clock } from '../system/ids.ts';

const recordSchema = z.strictObject({ bots: z.array(z.strictObject({ instance: instanceIdSchema, bot: z.string() })) });
const versioned: Versioned<z.infer<typeof recordSchema>> = { version: 1, schema: recordSchema, migrations: {} };

/**
 * Which bot answers at which of our instances, by the public number that a service gives to it: two that answer as one bot
 * take each other's messages. Learnt whenever a gateway says it, so that a clone is noticed as well. Never a token.
 */
export interface BotBook {
  /** Replaces what was known of this instance. */
  learn(id: InstanceId, bots: readonly string[]): Promise<void>;
  /** Other instances that answer as this bot. */
  findOthers(id: InstanceId, bot: string): Promise<InstanceId[]>;
  list(): Promise<readonly { readonly instance: InstanceId; readonly bot: string }[]>;
}

export function createBotBook(path: string, now: Clock): BotBook {
  const file = createRecordFile(path, versioned, now);
  const list = async (): Promise<z.infer<typeof recordSchema>['bots']> => (await file.read())?.bots ?? [];
  return {
    async learn(id, bots) {
      const before = (await list()).filter(({ instance }) => instance === id).map(({ bot }) => bot);
      if (before.length === bots.length && bots.every((bot) => before.includes(bot))) return;
      await file.update((old) => ({
        bots: [
          ...(old?.bots ?? []).filter(({ instance }) => instance !== id),
          ...bots.map((bot) => ({ instance: id, bot })),
        ],
      }));
    },
    findOthers: async (id, bot) =>
      (await list()).filter((one) => one.bot === bot && one.instance !== id).map(({ instance }) => instance),
    list,
  };
}
