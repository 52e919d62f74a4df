import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import { workspaceFileNameSchema, type WorkspaceText } from '../../shared/model/workspace.ts';
import type { Deeds } from '../models/deeds.ts';
import { isRpcError, type GatewayTalk, type WithGateway } from '../models/gateway-talk.ts';
import { hashText, type FileHistory } from './file-history.ts';
import type { WorkspaceFiles } from '../api-agent.ts';

export interface WorkspaceFilesServices {
  readonly withGateway: WithGateway;
  readonly findId: (name: string) => Promise<InstanceId>;
  readonly history: FileHistory;
  readonly deeds: Deeds;
  readonly who: string;
}

const agentsSchema = z.object({ defaultId: z.string() });
const entrySchema = z.object({
  name: z.string(),
  missing: z.boolean().optional(),
  size: z.number().optional(),
  updatedAtMs: z.number().optional(),
});
const listSchema = z.object({ files: z.array(entrySchema) });
const fileSchema = z.object({
  file: z.object({
    name: z.string(),
    missing: z.boolean().optional(),
    content: z.string().optional(),
    hash: z.string().optional(),
  }),
});

/** OpenClaw lists it once it is there; a person wants to write it before. */
const ALWAYS = 'IDENTITY.md';

export function createWorkspaceFiles(services: WorkspaceFilesServices): WorkspaceFiles {
  const { withGateway, findId, history, deeds, who } = services;

  const readFile = async (talk: GatewayTalk, agentId: string, name: string): Promise<WorkspaceText> => {
    try {
      const { file } = await talk.ask(fileSchema, 'agents.files.get', { agentId, name });
      if (file.missing === true || file.content === undefined) return { name, text: '' };
      return { name, text: file.content, hash: file.hash ?? hashText(file.content) };
    } catch (error) {
      if (!isRpcError(error, /unsupported file/)) throw error;
      throw new AppError('file.unknown', { message: `OpenClaw gives no ${name} to the agent.` });
    }
  };

  const writeFile = async (
    talk: GatewayTalk,
    agentId: string,
    name: string,
    text: string,
    before: WorkspaceText,
  ): Promise<WorkspaceText> => {
    const { id } = talk.instance;
    // Before it is written: what is replaced is never lost, whatever happens then.
    if (before.hash !== undefined) await history.keep(id, name, [{ text: before.text }]);
    const params = {
      agentId,
      name,
      content: text,
      ...(before.hash === undefined ? {} : { expectedHash: before.hash }),
    };
    try {
      await talk.ask(z.unknown(), 'agents.files.set', params);
    } catch (error) {
      if (!isRpcError(error, /changed since/)) throw error;
      throw new AppError('file.conflict');
    }
    await history.keep(id, name, [{ text, who }]);
    await deeds.note(id, `${name}: written`);
    return await readFile(talk, agentId, name);
  };

  const withAgent = <T>(
    name: string,
    options: Parameters<WithGateway>[1],
    work: (talk: GatewayTalk, agentId: string) => Promise<T>,
  ): Promise<T> =>
    withGateway(name, options, async (talk) => {
      const { defaultId } = await talk.ask(agentsSchema, 'agents.list');
      return await work(talk, defaultId);
    });

  return {
    list: (name, options) =>
      withAgent(name, options, async (talk, agentId) => {
        const { files } = await talk.ask(listSchema, 'agents.files.list', { agentId });
        const known = files.some((file) => file.name === ALWAYS) ? files : [{ name: ALWAYS, missing: true }, ...files];
        return known
          .filter((file) => workspaceFileNameSchema.safeParse(file.name).success)
          .map(({ name: file, missing = false, ...more }) => {
            const { size, updatedAtMs } = entrySchema.partial().parse(more);
            return {
              name: file,
              there: !missing,
              ...(size === undefined ? {} : { bytes: size }),
              ...(updatedAtMs === undefined ? {} : { changedAt: new Date(updatedAtMs).toISOString() }),
            };
          });
      }),
    read: (name, file, options) => withAgent(name, options, (talk, agentId) => readFile(talk, agentId, file)),
    write: (name, file, text, before, options) =>
      withAgent(name, options, async (talk, agentId) => {
        const now = await readFile(talk, agentId, file);
        if (now.hash !== before) throw new AppError('file.conflict');
        return now.hash !== undefined && now.text === text ? now : await writeFile(talk, agentId, file, text, now);
      }),
    history: async (name, file) => await history.list(await findId(name), file),
    async readVersion(name, file, version) {
      const text = await history.read(await findId(name), file, version);
      if (text === undefined) throw new AppError('file.unknown', { message: 'There is no such version.' });
      return text;
    },
    revert: (name, file, version, options) =>
      withAgent(name, options, async (talk, agentId) => {
        const text = await history.read(talk.instance.id, file, version);
        if (text === undefined) throw new AppError('file.unknown', { message: 'There is no such version.' });
        return await writeFile(talk, agentId, file, text, await readFile(talk, agentId, file));
      }),
  };
}
