import { randomBytes } from 'node:crypto';
import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { change } from '../../host/command.ts';
import { setValue } from '../../openclaw/json5-edit.ts';
import type { ServerLayout } from '../../openclaw/server-layout.ts';
import type { Room } from '../backup/room.ts';
import { hashConfig, writeConfigStep } from '../config/config-room.ts';
import { parseConfig, readSetting } from '../../openclaw/config-document.ts';
import { readPlainToken, type TokenKeeper } from '../server/gateway-token.ts';
import type { Step } from '../step.ts';

const TOKEN_BYTES = 32;

/** For a gateway that lets everybody in: a token, kept here before it is written there. Another mode takes effect with a restart. */
export function addTokenStep(room: Room, layout: ServerLayout, keeper: TokenKeeper): Step {
  return {
    id: 'add-token',
    title: 'Give its gateway a token, and restart its service',
    facts: [],
    timeoutMs: 5 * 60_000,
    async check(context) {
      const text = await room.readFile(context, layout.configPath);
      return readPlainToken(text) === undefined || readMode(text ?? '') !== 'token'
        ? needed('everybody who reaches its gateway is let in', 'restart')
        : satisfied('its gateway asks for a token');
    },
    async apply(context) {
      const there = await room.readFile(context, layout.configPath);
      if (there === undefined) throw new AppError('import.unreadable');
      const token = (await keeper.read()) ?? new Secret(randomBytes(TOKEN_BYTES).toString('hex'));
      await context.act('Keeping its new token in the secret store', () => keeper.keep(token));
      const moded = setValue(there, ['gateway', 'auth', 'mode'], 'token');
      const text = new Secret(setValue(moded, ['gateway', 'auth', 'token'], token.reveal()));
      await writeConfigStep(room, { text, base: hashConfig(there) }).apply(context);
      await context.changeOk(
        'Restarting its service',
        change(['systemctl', '--user', 'restart', layout.unit], { runAs: { user: layout.user } }),
      );
    },
  };
}

function readMode(text: string): unknown {
  return readSetting(parseConfig(text).value, ['gateway', 'auth', 'mode']);
}
