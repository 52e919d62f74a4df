import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../shared/secret.ts';
import { createKeyFile, createPassphrase } from './vault-key.ts';
import { createVault, type Vault } from './vault.ts';

const posixOnly = it.runIf(process.platform !== 'win32');

let dir = '';
let path = '';
let keyPath = '';
let passphraseFile = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hardshell-vault-'));
  path = join(dir, 'vault.json');
  keyPath = join(dir, 'vault.key');
  passphraseFile = join(dir, 'passphrase');
  await writeFile(passphraseFile, 'correct horse\n', { mode: 0o600 });
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Many vaults are opened here. */
const cheap = { N: 2 ** 14, r: 8, p: 1 };
const withKeyFile = (): Vault => createVault(path, createKeyFile(keyPath));
const withPassphrase = (file: string | undefined = passphraseFile): Vault =>
  createVault(path, createPassphrase(file, cheap));
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;
const token = new Secret('hunter2-0123456789');

/** Everything a person or a log could see of an error. */
async function failureOf(work: Promise<unknown>): Promise<{ code: unknown; text: string }> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return {
      code: 'code' in error ? error.code : undefined,
      text: inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error),
    };
  }
  throw new Error('It did not fail.');
}

describe.each([
  ['a key file', withKeyFile],
  ['a passphrase', () => withPassphrase()],
])('a vault with %s', (_kind, open) => {
  it('keeps, replaces and forgets secrets, in a file that shows none', async () => {
    const vault = open();
    expect(await vault.exists()).toBe(false);
    await vault.set('a', token);
    await vault.set('b', new Secret('grüße\n'));
    expect((await open().get('a'))?.reveal()).toBe('hunter2-0123456789');
    expect((await vault.get('b'))?.reveal()).toBe('grüße\n');
    for (const absent of ['c', 'constructor', '__proto__']) expect(await vault.get(absent)).toBeUndefined();
    expect(await vault.delete('constructor')).toBe(false);
    await vault.set('a', new Secret('new'));
    expect((await vault.get('a'))?.reveal()).toBe('new');
    expect(await vault.delete('a')).toBe(true);
    expect(await vault.delete('a')).toBe(false);
    expect(await vault.get('a')).toBeUndefined();
    expect((await vault.get('b'))?.reveal()).toBe('grüße\n');

    const text = await readFile(path, 'utf8');
    for (const seen of ['hunter2', 'horse', 'grüße', Buffer.from('hunter2').toString('base64')])
      expect(text).not.toContain(seen);
    expect(inspect(vault, { depth: 9, showHidden: true })).not.toMatch(/hunter2|horse/);
    if (process.platform !== 'win32') expect(await modeOf(path)).toBe(0o600);
    expect((await readdir(dir)).filter((name) => /\.(lock|tmp)$/.test(name))).toEqual([]);
  });

  it('notices a changed bit, and secrets that changed places', async () => {
    await open().set('a', token);
    await open().set('b', new Secret('other'));
    const file = JSON.parse(await readFile(path, 'utf8')) as {
      entries: Record<string, { data: string }>;
      check: unknown;
    };
    const { a, b } = file.entries;
    if (a === undefined || b === undefined) throw new Error('no entries');
    await writeFile(path, JSON.stringify({ ...file, entries: { a: b, b: a } }));
    expect((await failureOf(open().get('a'))).code).toBe('secrets.damaged');

    const flipped = Buffer.from(a.data, 'base64');
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    const damaged = JSON.stringify({ ...file, entries: { a: { ...a, data: flipped.toString('base64') }, b } });
    await writeFile(path, damaged);
    const failure = await failureOf(open().get('a'));
    expect(failure.code).toBe('secrets.damaged');
    expect(failure.text).not.toMatch(/hunter2|horse/);
    expect((await open().get('b'))?.reveal()).toBe('other');
    expect(await readFile(path, 'utf8')).toBe(damaged);
  });

  it('that is broken or of a newer Hardshell is never written over', async () => {
    await open().set('a', token);
    for (const [text, code] of [
      ['{"v":1', 'secrets.damaged'],
      ['{"v":2}', 'state.newer'],
    ] as const) {
      await writeFile(path, text);
      expect((await failureOf(open().set('b', token))).code).toBe(code);
      expect((await failureOf(open().get('a'))).code).toBe(code);
      expect((await failureOf(open().delete('a'))).code).toBe(code);
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });

  it('that is gone is unavailable, and is not made anew by reading', async () => {
    expect((await failureOf(open().get('a'))).code).toBe('secrets.unavailable');
    expect(await open().delete('a')).toBe(false);
    expect(await readdir(dir)).toEqual(['passphrase']);
  });

  it('takes no name that could be something else', async () => {
    for (const name of ['', '__proto__', 'A', 'a\n']) await expect(open().set(name, token)).rejects.toThrow();
    expect(await readdir(dir)).not.toContain('vault.json');
  });
});

describe('the passphrase', () => {
  it('that is wrong, missing, empty or not readable locks the vault; a second vault is not made', async () => {
    await withPassphrase().set('a', token);
    const before = await readFile(path, 'utf8');
    const wrong = join(dir, 'wrong');
    await writeFile(wrong, 'battery staple', { mode: 0o600 });
    const empty = join(dir, 'empty');
    await writeFile(empty, '\n', { mode: 0o600 });
    for (const file of [wrong, empty, join(dir, 'none'), dir]) {
      const vault = withPassphrase(file);
      for (const work of [() => vault.get('a'), () => vault.set('b', token), () => vault.delete('a')]) {
        const { code, text } = await failureOf(work());
        expect(code).toBe('secrets.locked');
        expect(text).not.toMatch(/hunter2|horse|staple/);
      }
    }
    expect((await failureOf(createVault(path, createPassphrase(undefined)).get('a'))).code).toBe('secrets.locked');
    expect(await readFile(path, 'utf8')).toBe(before);
  }, 30_000);

  it('may be corrected while the process lives', async () => {
    await withPassphrase().set('a', token);
    await writeFile(passphraseFile, 'wrong');
    const vault = withPassphrase();
    expect((await failureOf(vault.get('a'))).code).toBe('secrets.locked');
    await writeFile(passphraseFile, 'correct horse\r\n');
    expect((await vault.get('a'))?.reveal()).toBe('hunter2-0123456789');
  });

  it('keeps its spaces, and loses one line break at the end', async () => {
    await writeFile(passphraseFile, ' correct horse \n\n');
    await withPassphrase().set('a', token);
    await writeFile(passphraseFile, ' correct horse \n');
    expect((await failureOf(withPassphrase().get('a'))).code).toBe('secrets.locked');
    await writeFile(passphraseFile, ' correct horse \n\n');
    expect((await withPassphrase().get('a'))?.reveal()).toBe('hunter2-0123456789');
  });

  posixOnly('in a file that others may read is refused', async () => {
    for (const mode of [0o640, 0o604, 0o620, 0o644]) {
      await chmod(passphraseFile, mode);
      const { code, text } = await failureOf(withPassphrase().set('a', token));
      expect(code).toBe('secrets.exposed');
      expect(text).not.toContain('horse');
    }
    const link = join(dir, 'link');
    await symlink(passphraseFile, link);
    expect((await failureOf(withPassphrase(link).set('a', token))).code).toBe('secrets.exposed');
    await chmod(passphraseFile, 0o400);
    await withPassphrase(link).set('a', token);
  });

  it.runIf(process.platform === 'linux')('may come through a pipe, which can be read once', async () => {
    const script = `import { createVault } from ${JSON.stringify(new URL('./vault.ts', import.meta.url).href)};
      import { createPassphrase } from ${JSON.stringify(new URL('./vault-key.ts', import.meta.url).href)};
      import { Secret } from ${JSON.stringify(new URL('../../shared/secret.ts', import.meta.url).href)};
      const vault = createVault(${JSON.stringify(path)}, createPassphrase(process.argv[1], ${JSON.stringify(cheap)}));
      await vault.set('a', new Secret('piped')); console.log((await vault.get('a')).reveal());`;
    const child = spawn(
      'bash',
      ['-c', '"$0" --input-type=module -e "$1" <(printf "correct horse")', process.execPath, script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('piped\n');
    expect((await withPassphrase().get('a'))?.reveal()).toBe('piped');
  });
});

describe('the key file', () => {
  posixOnly('is made 0600, and refused when it is not so any more', async () => {
    const before = process.umask(0);
    try {
      await withKeyFile().set('a', token);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(keyPath)).toBe(0o600);
    for (const mode of [0o640, 0o604, 0o644]) {
      await chmod(keyPath, mode);
      expect((await failureOf(withKeyFile().get('a'))).code).toBe('secrets.exposed');
      expect((await failureOf(withKeyFile().set('b', token))).code).toBe('secrets.exposed');
    }
  });

  it('that is missing, damaged or another one locks the vault, and is not replaced', async () => {
    await withKeyFile().set('a', token);
    const key = await readFile(keyPath, 'utf8');
    await rm(keyPath);
    expect((await failureOf(withKeyFile().get('a'))).code).toBe('secrets.unavailable');
    expect((await failureOf(withKeyFile().set('b', token))).code).toBe('secrets.unavailable');
    expect(await readdir(dir)).not.toContain('vault.key');
    await writeFile(keyPath, 'AAAA', { mode: 0o600 });
    expect((await failureOf(withKeyFile().get('a'))).code).toBe('secrets.damaged');
    await writeFile(keyPath, Buffer.alloc(32, 7).toString('base64'));
    const other = await failureOf(withKeyFile().get('a'));
    expect(other.code).toBe('secrets.locked');
    expect(other.text).not.toContain(key.trim());
    await writeFile(keyPath, key);
    expect((await withKeyFile().get('a'))?.reveal()).toBe('hunter2-0123456789');
  });

  it('of a vault that was exchanged for one of another kind is not used', async () => {
    await withPassphrase().set('a', token);
    expect((await failureOf(withKeyFile().get('a'))).code).toBe('secrets.damaged');
  });
});

describe('processes that share a vault', () => {
  it('lose nothing, also when all of them make it', async () => {
    const start = async (name: string): Promise<number | null> => {
      const script = `import { createVault } from ${JSON.stringify(new URL('./vault.ts', import.meta.url).href)};
        import { createKeyFile } from ${JSON.stringify(new URL('./vault-key.ts', import.meta.url).href)};
        import { Secret } from ${JSON.stringify(new URL('../../shared/secret.ts', import.meta.url).href)};
        const vault = createVault(${JSON.stringify(path)}, createKeyFile(${JSON.stringify(keyPath)}));
        for (let i = 0; i < 50; i++) await vault.set(${JSON.stringify(name)} + '-' + i, new Secret(${JSON.stringify(name)} + i));`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    };
    expect(await Promise.all([start('a'), start('b')])).toEqual([0, 0]);
    const vault = withKeyFile();
    for (const name of ['a', 'b']) {
      for (let count = 0; count < 50; count += 1)
        expect((await vault.get(`${name}-${count}`))?.reveal()).toBe(`${name}${count}`);
    }
    expect((await readdir(dir)).toSorted()).toEqual(['passphrase', 'vault.json', 'vault.key']);
  }, 30_000);
});
