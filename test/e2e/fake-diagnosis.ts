import { judgeChannels } from '../../src/core/diagnosis/channel-findings.ts';
import type { BundleView } from '../../src/shared/contract/diagnosis.ts';
import type { Diagnosis, DoctorDiff } from '../../src/shared/model/diagnosis.ts';
import { ago } from './fake-data.ts';

/*
 * Invented, for looking at screens.
 */

const quick: Diagnosis = {
  at: ago(0),
  findings: [
    { id: 'config.readable', title: 'openclaw.json', level: 'ok', because: 'It can be read.' },
    {
      id: 'service.linger',
      title: 'While nobody is logged in',
      level: 'bad',
      because: 'Lingering is off for the account of OpenClaw.',
      why: 'The gateway ends when the last login ends.',
      fix: { id: 'account', label: 'Let its services run', isCareful: false },
    },
    {
      id: 'files.sessions',
      title: 'Old sessions',
      level: 'warn',
      because: '612 sessions that were deleted or reset still take 1.2 GB.',
      why: 'Folders of sessions that only grow make every request slow, until the dashboard does not open any more.',
      fix: { id: 'sessions', label: 'Remove what was deleted', isCareful: true },
    },
    {
      id: 'backup.age',
      title: 'Backups',
      level: 'warn',
      because: 'The newest is 12 days old.',
      why: 'What is not backed up is gone with the machine.',
      hint: 'Make one now, and have one made every day.',
    },
    { id: 'token.store', title: 'Token in the secret store', level: 'ok', because: 'The same as in openclaw.json.' },
    { id: 'machine.disk', title: 'Disk', level: 'ok', because: '31.2 GB of 49.1 GB are free.' },
  ],
};

const bot = { id: 'telegram', label: 'Telegram', account: 'default', allowed: [], scans: false };

const slow: Diagnosis = {
  at: ago(0),
  findings: [
    {
      id: 'openclaw.security.fs.config.perms_world_readable',
      title: 'Config file is world-readable',
      level: 'bad',
      because: '/home/openclaw/.openclaw/openclaw.json mode=644; config can contain tokens and private settings.',
      hint: 'chmod 600 /home/openclaw/.openclaw/openclaw.json',
    },
    ...judgeChannels([
      {
        ...bot,
        state: 'failed',
        lastError: '409: Conflict: terminated by other getUpdates request; make sure that only one bot is running',
        alsoAt: 'borealis',
      },
      { ...bot, id: 'discord', label: 'Discord', state: 'connecting' },
      { ...bot, id: 'whatsapp', label: 'WhatsApp', state: 'failed', scans: true },
    ]),
    { id: 'gateway.answers', title: 'Signing in to the gateway', level: 'ok', because: 'It answers.' },
  ],
};

const diff: DoctorDiff = {
  changes: 3,
  lines: [
    { is: 'same', text: '{' },
    { is: 'same', text: '  "gateway": {' },
    { is: 'removed', text: '    "bogus": 1,' },
    { is: 'same', text: '    "mode": "local"' },
    { is: 'gap', text: '' },
    { is: 'same', text: '  "skills": {' },
    { is: 'added', text: '    "entries": { "github": { "enabled": false } }' },
    { is: 'added', text: '  }' },
  ],
  digest: 'd'.repeat(64),
};

const bundle: BundleView = {
  bundleId: 'b1',
  fileName: 'hardshell-support-2026-11-21T0900.tar.gz',
  files: [
    { path: 'README.txt', text: 'A support bundle of Hardshell.\n' },
    { path: 'versions.json', text: '{\n  "hardshell": "0.4.0",\n  "openclaw": "2026.9.6"\n}\n' },
    { path: 'openclaw.json', text: '{\n  "gateway": { "auth": { "token": "<secret-1>" } }\n}\n' },
    {
      path: 'logs/gateway.log',
      text: '2026-11-21T09:00:00Z [gateway] ready\n2026-11-21T09:00:04Z [telegram] message from <id-1>\n2026-11-21T09:00:05Z [gateway] connection from <ip-1>\n',
    },
  ],
};

export function createDiagnosisHandlers(look: string) {
  return {
    'diagnosis.look': ({ depth }: { readonly depth: 'quick' | 'slow' }): Diagnosis => {
      const found = depth === 'quick' ? quick : slow;
      return look === 'fine' ? { ...found, findings: found.findings.filter(({ level }) => level === 'ok') } : found;
    },
    'diagnosis.doctorDiff': (): DoctorDiff => diff,
    'diagnosis.bundle': (): BundleView => bundle,
    'diagnosis.saveBundle': () => ({ saved: true }),
  };
}
