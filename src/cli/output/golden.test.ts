import { describe, expect, it } from 'vitest';
import { aBackup } from '../../../test/cli/fake-backups.ts';
import type { Script } from '../../../test/cli/fake-core.ts';
import { runFake } from '../../../test/cli/run-fake.ts';
import { FINDINGS, STEPS, anInstance, aPreview } from '../../../test/cli/samples.ts';
import { AppError } from '../../shared/app-error.ts';

/*
 * What a person sees, kept as files: a change of the looks is a change of these, and is read before it lands. Escape
 * characters stand as ␛.
 */

const DEPLOY = ['deploy', 'research', '--to', 'ssh://root@203.0.113.7', '--yes'];
const registry = new AppError('registry.unreachable', {
  details: {
    doing: 'Installing OpenClaw 2026.9.6',
    command: 'npm install --global --prefix /home/openclaw/.npm-global openclaw@2026.9.6',
    exitCode: 1,
    lastLines: ['npm error code ENOTFOUND', 'npm error network request to https://registry.npmjs.org/openclaw failed'],
  },
});
const longReasons = aPreview({
  findings: [
    ...FINDINGS,
    {
      id: 'network',
      title: '家のロボット: a title that is longer than its column has room for',
      level: 'warn',
      because:
        'nodejs.org does not answer from there: Node.js is taken from the npm registry, and checked against its integrity',
    },
  ],
  steps: STEPS,
});
const changedKey = new AppError('host.key-changed', {
  message: 'The host key of 203.0.113.7 has CHANGED.',
  details: {
    host: '203.0.113.7',
    type: 'ssh-ed25519',
    fingerprint: `SHA256:${'A'.repeat(43)}`,
    known: [{ type: 'ssh-ed25519', fingerprint: `SHA256:${'B'.repeat(43)}`, where: '/home/anna/.ssh/known_hosts:3' }],
  },
});

const scenes: Readonly<Record<string, { readonly argv: readonly string[]; readonly script: Script }>> = {
  deploy: { argv: DEPLOY, script: { preview: () => longReasons } },
  failure: {
    argv: DEPLOY,
    script: {
      failure: registry,
      happenings: () => [
        { type: 'step.started', stepId: 'package' },
        { type: 'step.failed', stepId: 'package', error: registry.toReport() },
      ],
    },
  },
  'changed-key': { argv: DEPLOY, script: { preview: () => Promise.reject(changedKey) } },
  list: {
    argv: ['list'],
    script: {
      instances: [
        anInstance(),
        anInstance({ name: '家のロボット', target: { kind: 'local' }, port: 18790, phase: 'deploying' }),
        anInstance({ name: 'a-long-name-that-somebody-thought-to-be-a-good-idea' }),
      ],
    },
  },
  status: {
    argv: ['status', 'research'],
    script: {
      status: () => ({
        instance: anInstance(),
        state: 'unreachable',
        because: 'The server did not answer within ten seconds, so nothing is known about the gateway on it.',
        error: new AppError('host.unreachable'),
      }),
    },
  },
  backups: {
    argv: ['backups'],
    script: {
      backups: [
        aBackup(),
        aBackup({ id: 'b-1123456789abcdef', reason: 'schedule', verifiedAt: undefined, bytes: 1_204_000_000 }),
        aBackup({ id: 'b-2123456789abcdef', instanceName: '家のロボット', copies: [] }),
      ],
    },
  },
  'backup-policy': {
    argv: ['backup-policy', 'research'],
    script: {
      instances: [
        anInstance({
          backups: {
            schedule: { every: 'week', weekday: 0, hour: 3 },
            destinations: [
              { kind: 'folder', path: '/mnt/nas/hardshell' },
              { kind: 'sftp', server: { kind: 'ssh', host: 'nas.example', user: 'anna', port: 2222 }, path: '/srv' },
            ],
          },
        }),
      ],
    },
  },
  restore: { argv: ['restore', 'b-0123', '--yes'], script: {} },
  update: { argv: ['update', 'research', '--dry-run'], script: {} },
  'wrong-option': { argv: ['deploy', 'research', '--too', 'local'], script: {} },
  help: { argv: ['--help'], script: {} },
  'help-deploy': { argv: ['deploy', '--help'], script: {} },
};

describe.each([80, 120])('at %d columns', (columns) => {
  describe.each([
    ['colour', {}],
    ['plain', { NO_COLOR: '1' }],
  ])('in %s', (look, env) => {
    it.each(Object.entries(scenes))('%s', async (name, { argv, script }) => {
      // CI: lines that stay, in place of ones that are redrawn.
      const { io } = await runFake(argv, { tty: true, columns, env: { CI: '1', ...env }, script });
      const shown = io.written.both.replaceAll('\u001b', '␛');
      await expect(shown).toMatchFileSnapshot(`./golden/${name}.${String(columns)}.${look}.txt`);
    });
  });
});
