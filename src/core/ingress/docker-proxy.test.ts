import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/until.ts';
import { EXIT_REFUSED, stageSite, SWAP_SITE } from './docker-proxy.ts';

/** As that of BusyBox, which Caddy's own image has: it knows -s, -x, -u and -n. $HELD of its calls find the lock held. */
const FLOCK = `#!/bin/sh
for word; do case $word in -[sxun]|9) ;; *) echo "flock: invalid option -- '$word'" >&2; exit 1;; esac; done
echo x >>"$BENCH/calls"
[ "$(wc -l <"$BENCH/calls")" -gt "\${HELD:-0}" ]`;
/** Notes which sites it is shown, hangs when it is asked to $HANGS, and does not like what is bad or (once it is to serve it) busy. */
const CADDY = `#!/bin/sh
verb=$1
while [ "$1" != --config ]; do shift; done
sites=$(sed -n 's/^import //p' "$2")
echo "$verb: $(cat $sites 2>/dev/null | tr '\\n' ' ')" >>"$BENCH/shown"
[ "\${HANGS-}" != "$verb" ] || exec sleep 60
for site in $sites; do
  ! grep -qs bad "$site" || { echo "Error: $site:1: bad" >&2; exit 1; }
  [ "$verb" = validate ] || ! grep -qs busy "$site" || { echo "Error: port is busy" >&2; exit 1; }
done`;

let bench: string;
let running: ChildProcess[];
beforeEach(async () => {
  bench = await mkdtemp(join(tmpdir(), 'hardshell-proxy-'));
  running = [];
  await mkdir(join(bench, 'bin'));
  for (const [name, script] of Object.entries({ flock: FLOCK, caddy: CADDY })) {
    await writeFile(join(bench, 'bin', name), script);
    await chmod(join(bench, 'bin', name), 0o755);
  }
  await mkdir(join(bench, 'd'));
  await writeFile(join(bench, 'Caddyfile'), `import ${join(bench, 'd')}/*.caddy\n`);
});
afterEach(async () => {
  for (const { pid } of running) if (pid !== undefined) end(pid);
  await rm(bench, { recursive: true, force: true });
});

function end(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is over already.
  }
}

const own = (): string => join(bench, 'd', 'alpha-00112233');
const put = (path: string, content: string): Promise<void> => writeFile(join(bench, 'd', path), content);
const files = async (): Promise<Record<string, string>> => {
  const names = (await readdir(join(bench, 'd'))).filter((name) => !['.lock', '.trial'].includes(name)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(bench, 'd', name), 'utf8')] as const)),
  );
};
const shown = async (): Promise<string[]> => (await readFile(join(bench, 'shown'), 'utf8')).trim().split('\n');

/** With what `stageSite` leaves for the script. */
async function begin(site: string | undefined, env: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
  for (const { path, content } of stageSite('/etc/caddy/hardshell.d/alpha-00112233', {
    site,
    options: undefined,
    root: undefined,
  }))
    await put(path.slice(path.lastIndexOf('/') + 1), content?.toString() ?? '');
  const child = spawn('sh', ['-c', SWAP_SITE, 'sh', own(), join(bench, 'Caddyfile')], {
    detached: true,
    env: { ...process.env, ...env, BENCH: bench, PATH: `${join(bench, 'bin')}:${process.env['PATH'] ?? ''}` },
  });
  running.push(child);
  return child;
}

async function swap(
  site: string | undefined,
  env?: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stderr: string }> {
  const child = await begin(site, env);
  const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const stderr = child.stderr === null ? '' : await text(child.stderr);
  return { code: await code, stderr };
}

/** Cut short while Caddy is asked. */
async function cutAt(verb: 'validate' | 'reload', site: string): Promise<void> {
  await rm(join(bench, 'shown'), { force: true });
  const child = await begin(site, { HANGS: verb });
  await until(async () => expect((await shown()).at(-1)).toContain(`${verb}: `));
  const over = new Promise((resolve) => child.once('exit', resolve));
  end(child.pid ?? 0);
  await over;
}

describe('the change of a site in the proxy', () => {
  it('does with what BusyBox can, and waits for another one that is under way', async () => {
    expect(await swap('one', { HELD: '1' })).toEqual({ code: 0, stderr: '' });
    expect(await files()).toEqual({ 'alpha-00112233.caddy': 'one' });
  });

  it('is shown to Caddy before it lies where Caddy would begin with it', async () => {
    await swap('one');
    await put('beta-99112233.caddy', 'beta');
    await rm(join(bench, 'shown'));
    expect(await swap('bad')).toEqual({ code: EXIT_REFUSED, stderr: `Error: ${own()}.caddy:1: bad\n` });
    expect(await shown()).toEqual(['validate: badbeta']);
    expect(await files()).toEqual({ 'alpha-00112233.caddy': 'one', 'beta-99112233.caddy': 'beta' });
  });

  it('is undone where the Caddy that runs does not take it', async () => {
    await swap('one');
    expect(await swap('busy')).toEqual({ code: EXIT_REFUSED, stderr: 'Error: port is busy\n' });
    expect(await files()).toEqual({ 'alpha-00112233.caddy': 'one' });
  });

  it.each(['validate', 'reload'] as const)(
    'that was cut short (%s) leaves the last good one to go back to, however often that happens',
    async (verb) => {
      await swap('one');
      await cutAt(verb, 'two');
      await cutAt(verb, 'three');
      // Until Caddy likes it, it lies where no Caddy that begins would find it.
      if (verb === 'validate') expect(await files()).toMatchObject({ 'alpha-00112233.caddy': 'one' });
      expect(await swap('bad')).toMatchObject({ code: EXIT_REFUSED });
      expect(await files()).toEqual({ 'alpha-00112233.caddy': 'one' });
    },
  );

  it('takes over nothing that an earlier one has left behind', async () => {
    await put('alpha-00112233.options.new', 'default_sni 192.0.2.1\n');
    await swap('one');
    expect(await files()).toEqual({ 'alpha-00112233.caddy': 'one' });
  });

  it('takes it away', async () => {
    await swap('one');
    expect(await swap(undefined)).toEqual({ code: 0, stderr: '' });
    expect(await files()).toEqual({});
  });
});
