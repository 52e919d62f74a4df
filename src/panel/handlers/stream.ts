import type { streamCalls } from '../../shared/contract/stream.ts';
import type { Handlers } from '../context.ts';
import { AppError } from '../../shared/app-error.ts';
import { nameLogFile, openLog, readLog } from '../logs.ts';

export const streamHandlers: Handlers<keyof typeof streamCalls> = {
  'shell.list': ({ instanceId }, { panel }) => Promise.resolve(panel.shells.list(instanceId)),
  'shell.open': async ({ instanceId, columns, rows }, { panel }) =>
    panel.shells.open(await panel.find(instanceId), { columns, rows }),
  'shell.attach': ({ shellId, columns, rows }, { panel, session, afterReply }) => {
    const { opened, replayBytes } = panel.shells.attach(shellId, { columns, rows }, session.streams);
    afterReply(() => opened.stream.begin());
    return Promise.resolve({ streamId: opened.streamId, replayBytes });
  },
  'shell.resize': ({ shellId, columns, rows }, { panel }) => {
    panel.shells.resize(shellId, { columns, rows });
    return Promise.resolve(null);
  },
  'shell.close': async ({ shellId }, { panel }) => {
    await panel.shells.close(shellId);
    return null;
  },
  'log.open': async ({ instanceId, ...query }, { panel, session, afterReply }) => {
    const opened = await openLog(await panel.link(instanceId), query, session.streams);
    afterReply(() => opened.stream.begin());
    return { streamId: opened.streamId };
  },
  'log.save': async ({ instanceId, ...query }, { panel }) => {
    if (panel.actions.saveStream === undefined) {
      throw new AppError('usage.invalid', {
        message: 'This door writes no files.',
        hint: 'Save the lines that are shown.',
      });
    }
    const { name } = await panel.find(instanceId);
    return {
      saved: await panel.actions.saveStream(nameLogFile(name, new Date()), () => readLog(panel, instanceId, query)),
    };
  },
  'stream.close': ({ streamId }, { session }) => {
    session.streams.close(streamId);
    return Promise.resolve(null);
  },
};
