import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { isConfigObject, readSetting, type ConfigObject } from './config-document.ts';

/** What OpenClaw gives to the agent of each of these files (`agents.defaults.bootstrapMaxChars`); the rest it leaves out. */
const INJECTED_CHARS = 20_000;

export interface WorkspaceFile {
  readonly name: 'IDENTITY.md' | 'SOUL.md';
  readonly body: string;
}

export type WorkspaceFilePlan =
  | { readonly is: 'satisfied'; readonly because: string }
  | {
      readonly is: 'needed';
      readonly because: string;
      readonly text: string;
      /** Somebody changed what is about to be replaced: the old file is to be kept beside the new one. */
      readonly keepOld: boolean;
    };

/** `Name: Barnacle`, also as a list item or in bold: what OpenClaw reads out of IDENTITY.md and shows. */
const IDENTITY_LINE = /^\s*[-*]?\s*\**(Name|Creature|Vibe|Theme|Emoji|Avatar)\**\s*:\**\s*(\S.*)$/i;

/**
 * Who the agent is goes into IDENTITY.md, how it behaves into SOUL.md. The lines at the head of the instructions that say
 * `Name: …`, `Emoji: …` and the like are the first, everything else is the second. Pure.
 */
export function splitInstructions(instructions: string): readonly WorkspaceFile[] {
  const lines = instructions.replaceAll('\r\n', '\n').trim().split('\n');
  const identity: string[] = [];
  let rest = 0;
  for (const [index, line] of lines.entries()) {
    const [, label, value] = IDENTITY_LINE.exec(line) ?? [];
    if (label !== undefined && value !== undefined) {
      identity.push(`- ${label.charAt(0).toUpperCase()}${label.slice(1).toLowerCase()}: ${value.trim()}`);
      rest = index + 1;
    } else if (line.trim() !== '') break;
  }
  const soul = lines.slice(rest).join('\n').trim();
  return [
    ...(identity.length === 0 ? [] : [{ name: 'IDENTITY.md' as const, body: identity.join('\n') }]),
    ...(soul === '' ? [] : [{ name: 'SOUL.md' as const, body: soul }]),
  ];
}

const BEGIN = /^<!-- hardshell:instructions ([0-9a-f]{64}) -->\n/m;
const END = '<!-- /hardshell:instructions -->';

/**
 * What to do with one file. Ours is a block between two marks, with the checksum of what we wrote; all around it belongs to
 * the person and to the agent, who may change the block as well: then the same instructions do not come back.
 * @param alreadyWritten these very instructions were written here before, by the record of the instance
 */
export function planWorkspaceFile(
  existing: string | undefined,
  file: WorkspaceFile,
  alreadyWritten: boolean,
): WorkspaceFilePlan {
  const body = file.body.trim();
  const { name } = file;
  const found = existing === undefined ? undefined : findBlock(existing);
  const needed = (because: string, text: string, keepOld = false): WorkspaceFilePlan => {
    const cut =
      body.length > INJECTED_CHARS ? ` (the agent is given the first ${String(INJECTED_CHARS)} characters)` : '';
    return { is: 'needed', because: because + cut, text, keepOld };
  };
  if (existing === undefined || existing.trim() === '') return needed(`${name} is not there`, `${buildBlock(body)}\n`);
  if (found === undefined) {
    if (alreadyWritten) return { is: 'satisfied', because: `${name} was rewritten since, and stays so` };
    // Of several names in IDENTITY.md OpenClaw takes the last: what was asked for now has to be that.
    const text =
      name === 'IDENTITY.md' ? `${existing.trimEnd()}\n\n${buildBlock(body)}\n` : `${buildBlock(body)}\n\n${existing}`;
    return needed(`${name} does not hold the instructions`, text);
  }
  if (found.body === body) return { is: 'satisfied', because: `${name} holds the instructions` };
  if (found.checksum === checksum(body)) return { is: 'satisfied', because: `${name} was changed since, and stays so` };
  const text = existing.slice(0, found.start) + buildBlock(body) + existing.slice(found.end);
  const edited = found.checksum !== checksum(found.body);
  return needed(
    edited ? `${name} holds older instructions that were changed since` : `${name} holds older instructions`,
    text,
    edited,
  );
}

/** The workspace of the agent that talks to people, as OpenClaw finds it. Pure. */
export function findWorkspaceDir(
  config: ConfigObject,
  place: { readonly home: string; readonly stateDir: string },
): string {
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value.trim() !== '' ? value : undefined;
  const entries = readSetting(config, ['agents', 'entries']);
  const own = text(readSetting(entries, ['main', 'workspace']));
  const shared = text(readSetting(config, ['agents', 'defaults', 'workspace']));
  const several = isConfigObject(entries) && Object.keys(entries).length > 1;
  const dir =
    own ??
    (several
      ? shared === undefined
        ? posix.join(place.stateDir, 'workspace-main')
        : posix.join(shared, 'main')
      : (shared ?? posix.join(place.stateDir, 'workspace')));
  return dir === '~' || dir.startsWith('~/') ? posix.join(place.home, dir.slice(1)) : dir;
}

function buildBlock(body: string): string {
  return `<!-- hardshell:instructions ${checksum(body)} -->\n${body}\n${END}`;
}

interface Block {
  readonly start: number;
  readonly end: number;
  readonly body: string;
  readonly checksum: string;
}

function findBlock(text: string): Block | undefined {
  const begin = BEGIN.exec(text);
  if (begin === null) return undefined;
  const bodyStart = begin.index + begin[0].length;
  const blocks: Block[] = [];
  for (let end = text.indexOf(END, bodyStart); end >= 0; end = text.indexOf(END, end + 1)) {
    const body = text.slice(bodyStart, end).trim();
    blocks.push({ start: begin.index, end: end + END.length, body, checksum: begin[1] ?? '' });
  }
  // Instructions may quote an end, and so may what stands below: the checksum knows ours. Else the first, to take the least.
  return blocks.find((block) => checksum(block.body) === block.checksum) ?? blocks[0];
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
