import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../shared/secret.ts';
import { AppError } from '../../../shared/app-error.ts';
import { generatePanelKey, offerPanelKey } from './panel-key.ts';
import { openSshAgent, type SshAgent } from './ssh-agent.ts';
import { readIdentity } from './ssh-identity.ts';
import { readKeyOffers, type OfferSources } from './ssh-offers.ts';

const PASSPHRASE = 'correct horse';
const tools = spawnSync('ssh-keygen', ['-?']).error === undefined && spawnSync('ssh-agent', ['-?']).error === undefined;

describe.skipIf(!tools)('keys', () => {
  let home: string;
  let agentProcess: ChildProcess;
  let agent: SshAgent;
  const at = (name: string): string => join(home, '.ssh', name);
  const generate = (name: string, ...args: string[]): void =>
    void execFileSync('ssh-keygen', ['-q', '-C', name, '-f', at(name), ...args], { stdio: 'ignore' });

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'hardshell-keys-'));
    mkdirSync(at(''));
    generate('id_ed25519', '-t', 'ed25519', '-N', '');
    generate('ed-locked', '-t', 'ed25519', '-N', PASSPHRASE);
    generate('rsa-pem', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '');
    generate('rsa-pem-locked', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', PASSPHRASE);
    generate('rsa-pkcs8', '-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', '');
    generate('rsa-pkcs8-locked', '-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', PASSPHRASE);
    generate('ec-openssh', '-t', 'ecdsa', '-b', '384', '-N', '');
    generate('ec-pem', '-t', 'ecdsa', '-m', 'PEM', '-N', '');
    generate('ec-pkcs8-locked', '-t', 'ecdsa', '-m', 'PKCS8', '-N', PASSPHRASE);
    const socket = join(home, 'agent.sock');
    agentProcess = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (agentProcess.stdout !== null) await once(agentProcess.stdout, 'data');
    for (const name of ['ec-pem', 'ec-openssh']) {
      execFileSync('ssh-add', ['-q', at(name)], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
    }
    const askpass = join(home, 'askpass');
    writeFileSync(askpass, `#!/bin/sh\necho '${PASSPHRASE}'\n`, { mode: 0o755 });
    execFileSync('ssh-add', ['-q', at('ed-locked')], {
      env: { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
      stdio: 'ignore',
    });
    agent = openSshAgent(socket);
  }, 60_000);
  afterAll(async () => {
    agent[Symbol.dispose]();
    const ended = once(agentProcess, 'exit');
    agentProcess.kill();
    await ended;
    rmSync(home, { recursive: true, force: true });
  });

  const publicBlob = (name: string): string => readFileSync(at(`${name}.pub`), 'utf8').split(' ')[1] ?? '';

  it.each([
    ['id_ed25519', false],
    ['ed-locked', true],
    ['rsa-pem', false],
    ['rsa-pem-locked', true],
    ['rsa-pkcs8', false],
    ['rsa-pkcs8-locked', true],
    ['ec-openssh', false],
    ['ec-pem', false],
    ['ec-pkcs8-locked', true],
  ] as const)('in the file %s are read', { timeout: 30_000 }, async (name, isLocked) => {
    const opened = await readIdentity(at(name), isLocked ? new Secret(PASSPHRASE) : undefined);
    expect(opened.is).toBe('private');
    if (opened.is === 'private')
      expect(Buffer.from(opened.key.getPublicSSH()).toString('base64')).toBe(publicBlob(name));
    if (!isLocked) return;
    const locked = await readIdentity(at(name), undefined);
    expect(locked).toMatchObject({ is: 'locked', why: 'no passphrase' });
    if (locked.is === 'locked') expect(locked.blob?.toString('base64')).toBe(publicBlob(name));
    expect(await readIdentity(at(name), new Secret('wrong'))).toMatchObject({ is: 'locked', why: 'wrong passphrase' });
  });

  it('are told from what is none', async () => {
    writeFileSync(at('junk'), 'nothing of the kind');
    expect(await readIdentity(at('junk'), undefined)).toMatchObject({ is: 'unusable' });
    expect(await readIdentity(at('none'), undefined)).toEqual({ is: 'missing', path: at('none') });
    expect(await readIdentity(at('id_ed25519.pub'), undefined)).toMatchObject({ is: 'public' });
    expect(await readIdentity(at(''), undefined)).toMatchObject({ is: 'unusable' });
  });

  const sources = (more: Partial<OfferSources>): OfferSources => ({
    homeDir: home,
    explicit: undefined,
    configured: undefined,
    identitiesOnly: false,
    agent: undefined,
    passphrase: undefined,
    ...more,
  });
  const offered = async (more: Partial<OfferSources>): Promise<string[]> =>
    (await readKeyOffers(sources(more))).offers.map(
      ({ from, label }) => `${from}: ${(label.split(' (')[0] ?? '').replace(`${at('')}/`, '')}`,
    );

  it('are offered in the order of ssh, each once', async () => {
    expect(await offered({})).toEqual(['file: id_ed25519']);
    expect(await offered({ agent })).toEqual([
      'agent: ec-pem from the agent',
      'agent: ec-openssh from the agent',
      'agent: ed-locked from the agent',
      'file: id_ed25519',
    ]);
    expect(await offered({ agent, configured: [at('rsa-pem'), at('ec-openssh')] })).toEqual([
      'agent: ec-openssh from the agent',
      'agent: ec-pem from the agent',
      'agent: ed-locked from the agent',
      'file: rsa-pem',
    ]);
    expect(await offered({ agent, identitiesOnly: true, configured: [at('rsa-pem'), at('ec-openssh')] })).toEqual([
      'agent: ec-openssh from the agent',
      'file: rsa-pem',
    ]);
  });

  it('that the person named come first, from the agent where the file is locked', async () => {
    expect((await offered({ agent, explicit: at('rsa-pem') }))[0]).toBe('file: rsa-pem');
    expect((await offered({ agent, explicit: at('ed-locked') }))[0]).toBe('agent: ed-locked from the agent');
    expect((await offered({ agent, explicit: at('ec-pem.pub') }))[0]).toBe('agent: ec-pem from the agent');
    expect(await offered({ explicit: at('rsa-pem') })).toEqual(['file: rsa-pem']);
  });

  it('that the person named have to be usable', async () => {
    const refusal = (more: Partial<OfferSources>) =>
      readKeyOffers(sources(more)).then(
        () => 'accepted',
        (error: unknown) => error,
      );
    expect(await refusal({ explicit: at('rsa-pem-locked'), agent })).toMatchObject({
      code: 'host.identity-unusable',
      details: { path: at('rsa-pem-locked'), wants: 'keyPassphrase' },
    });
    expect(await refusal({ explicit: at('ed-locked'), passphrase: new Secret('wrong') })).toMatchObject({
      code: 'host.identity-unusable',
      details: { wants: 'keyPassphrase' },
    });
    for (const explicit of [at('none'), at('junk'), at('id_ed25519.pub')]) {
      expect(await refusal({ explicit })).toMatchObject({
        code: 'host.identity-unusable',
        details: { path: explicit },
      });
    }
  });

  it('of our own making come first, and make up for one that was named and cannot be used', async () => {
    const own = offerPanelKey(generatePanelKey('hardshell@lab').secret);
    expect(await offered({ own, agent, explicit: at('rsa-pem') })).toEqual([
      'file: the key of this panel',
      'file: rsa-pem',
      'agent: ec-pem from the agent',
      'agent: ec-openssh from the agent',
      'agent: ed-locked from the agent',
    ]);
    const locked = await readKeyOffers(sources({ own, explicit: at('rsa-pem-locked') }));
    expect(locked.offers).toEqual([own]);
    expect(locked.locked).toMatchObject({ code: 'host.identity-unusable', details: { wants: 'keyPassphrase' } });
    const closed = new AppError('secrets.locked');
    const others = await readKeyOffers(sources({ own: closed }));
    expect([others.offers.length, others.locked]).toEqual([1, closed]);
  });

  it('that are locked and not asked for by name are left out, and said so', async () => {
    copyFileSync(at('rsa-pem-locked'), at('id_rsa'));
    const keys = await readKeyOffers(sources({}));
    rmSync(at('id_rsa'));
    expect(keys.offers).toHaveLength(1);
    expect(keys.leftOut).toEqual([`${at('id_rsa')}: no passphrase`]);
    expect(keys.locked).toMatchObject({ code: 'host.identity-unusable', details: { wants: 'keyPassphrase' } });
  });

  it('of an agent that is not there, or hangs, are done without', { timeout: 20_000 }, async () => {
    const gone = await readKeyOffers(sources({ agent: openSshAgent(join(home, 'none.sock')) }));
    expect(gone).toMatchObject({ offers: [{ from: 'file' }], agentError: { code: 'host.agent-unavailable' } });
    const silent = createServer();
    silent.listen(join(home, 'silent.sock'));
    await once(silent, 'listening');
    const connected = once(silent, 'connection');
    const hanging = openSshAgent(join(home, 'silent.sock'));
    const keys = await readKeyOffers(sources({ agent: hanging }));
    expect(keys).toMatchObject({ offers: [{ from: 'file' }], agentError: { code: 'host.agent-unavailable' } });
    const [socket] = (await connected) as [Socket];
    const closed = once(socket, 'close');
    socket.resume();
    hanging[Symbol.dispose]();
    await closed;
    await new Promise((resolve) => silent.close(resolve));
  });
});
