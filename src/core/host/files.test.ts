import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exec, MAX_OUTPUT_BYTES } from './exec.ts';
import { readFile, readFileCommand, writeFile } from './files.ts';
import type { Host } from './host.ts';
import { openLocalHost } from './local/local-host.ts';

const isRoot = process.getuid?.() === 0;

describe.skipIf(process.platform === 'win32')('files through a shell', () => {
  let host: Host;
  let dir: string;
  beforeEach(async () => {
    host = await openLocalHost();
    dir = mkdtempSync(join(tmpdir(), 'hardshell-files-'));
  });
  afterEach(async () => {
    await host[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  it('of any name and content are written and read as they are', { timeout: 60_000 }, async () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter(
        (text) =>
          !/[\0/]/.test(text) && !/\p{Surrogate}/u.test(text) && !/^\.\.?$/.test(text) && Buffer.byteLength(text) < 200,
      );
    const content = fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text));
    await fc.assert(
      fc.asyncProperty(name, name, content, async (folder, file, text) => {
        mkdirSync(join(dir, folder), { recursive: true });
        const path = join(dir, folder, file);
        await writeFile(host, path, text);
        expect(readFileSync(path, 'utf8')).toBe(text);
        expect(await readFile(host, path)).toBe(text);
        expect(readdirSync(join(dir, folder))).toEqual([file]);
        rmSync(join(dir, folder), { recursive: true });
      }),
      { numRuns: 15 },
    );
  });

  it('that are given up while they are begun leave nothing behind', async () => {
    const path = process.env['PATH'] ?? '';
    const tools = join(dir, 'tools');
    const begun = join(dir, 'begun');
    mkdirSync(tools);
    mkdirSync(join(dir, 'of-a-person'));
    // Says what it has done when it is too late for it to be heard.
    const slow = `#!/bin/sh\nPATH="${path}"; name=$(mktemp "$@"); echo >"${begun}"; sleep 30; printf '%s\\n' "$name"\n`;
    writeFileSync(join(tools, 'mktemp'), slow, { mode: 0o755 });
    await using slowHost = await openLocalHost({ env: { PATH: `${tools}:${path}` } });
    const stop = new AbortController();
    const writing = expect(
      writeFile(slowHost, join(dir, 'of-a-person', 'file'), 'never', { signal: stop.signal }),
    ).rejects.toThrow('enough');
    await expect.poll(() => existsSync(begun)).toBe(true);
    stop.abort(new Error('enough'));
    await writing;
    expect(readdirSync(join(dir, 'of-a-person'))).toEqual([]);
  });

  it('get exactly the mode that was asked for', async () => {
    const path = join(dir, 'file');
    await writeFile(host, path, 'a');
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    await writeFile(host, path, 'a', { mode: '0755' });
    expect(statSync(path).mode & 0o7777).toBe(0o755);
  });

  it.runIf(isRoot)('get the owner that was asked for', async () => {
    await writeFile(host, join(dir, 'file'), 'a', { owner: '12345:54321' });
    expect(statSync(join(dir, 'file'))).toMatchObject({ uid: 12345, gid: 54321 });
  });

  it('that are not there read as undefined, those that cannot be read as an error', async () => {
    expect(await readFile(host, join(dir, 'none'))).toBeUndefined();
    expect(await readFile(host, join(dir, 'no', 'folder'))).toBeUndefined();
    writeFileSync(join(dir, 'file'), '');
    expect(await readFile(host, join(dir, 'file'))).toBe('');
    expect(await readFile(host, join(dir, 'file', 'below'))).toBeUndefined();
    await expect(readFile(host, dir)).rejects.toMatchObject({ code: 'command.failed' });
    // A folder of that name is no missing file.
    mkdirSync(join(dir, 'x: No such file or directory'));
    await expect(readFile(host, join(dir, 'x: No such file or directory'))).rejects.toMatchObject({
      code: 'command.failed',
    });
  });

  it.runIf(isRoot)('in folders that may not be looked into are not called missing', async () => {
    mkdirSync(join(dir, 'closed'));
    writeFileSync(join(dir, 'closed', 'file'), 'secret');
    chmodSync(dir, 0o755);
    chmodSync(join(dir, 'closed'), 0o700);
    const [, ...read] = readFileCommand(join(dir, 'closed', 'file')).argv;
    const result = await exec(host, {
      ...readFileCommand(''),
      argv: ['setpriv', '--reuid=65534', '--clear-groups', 'sh', ...read],
    });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain('Permission denied');
  });

  it('larger than can be read are an error, not a part', async () => {
    writeFileSync(join(dir, 'large'), Buffer.alloc(MAX_OUTPUT_BYTES + 1, 'x'));
    await expect(readFile(host, join(dir, 'large'))).rejects.toMatchObject({ code: 'command.failed' });
    writeFileSync(join(dir, 'just'), Buffer.alloc(MAX_OUTPUT_BYTES, 'x'));
    expect(await readFile(host, join(dir, 'just'))).toHaveLength(MAX_OUTPUT_BYTES);
  });

  it('cannot replace a folder, or appear in one that is not there', async () => {
    mkdirSync(join(dir, 'folder'));
    await expect(writeFile(host, join(dir, 'folder'), 'a')).rejects.toMatchObject({ code: 'command.failed' });
    await expect(writeFile(host, join(dir, 'none', 'file'), 'a')).rejects.toMatchObject({ code: 'command.failed' });
    expect(readdirSync(dir)).toEqual(['folder']);
    expect(lstatSync(join(dir, 'folder')).isDirectory()).toBe(true);
  });
});
