import { formatEntry, logSources } from '../../src/shared/model/log.ts';
import { now } from './fake-data.ts';

export const logText = Array.from({ length: 60 }, (_, index) =>
  formatEntry({
    at: new Date(now - (60 - index) * 4000).toISOString(),
    source: logSources[[0, 0, 0, 1, 0, 0, 2, 3, 0, 4][index % 10] ?? 0] ?? 'gateway',
    level: (['info', 'info', 'debug', 'warn', 'info', 'error'] as const)[index % 6] ?? 'info',
    text: `[gateway] ${['ready on 127.0.0.1:18789', 'telegram: message received', 'cache hit', 'slow answer of the provider (8.2 s)', 'session main: turn done', 'provider answered 529, trying again'][index % 6] ?? ''}`,
  }),
).join('');
export const shellText =
  '\x1b[32mopenclaw@atlas\x1b[0m:\x1b[34m~\x1b[0m$ openclaw status\r\n\x1b[1mGateway\x1b[0m  running, 2 d 2 h\r\n\x1b[1mModel\x1b[0m    anthropic/claude-opus-5\r\n\x1b[32mopenclaw@atlas\x1b[0m:\x1b[34m~\x1b[0m$ ';
