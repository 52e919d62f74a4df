import { AppError } from '../../src/shared/app-error.ts';
import type { DiagnosisFinding } from '../../src/shared/model/diagnosis.ts';
import type { Core, SupportBundle } from '../../src/core/index.ts';
import { NOW } from './fake-io.ts';

export interface DiagnosisScript {
  readonly findings?: { readonly quick: readonly DiagnosisFinding[]; readonly slow: readonly DiagnosisFinding[] };
}

export const someFindings: Required<DiagnosisScript>['findings'] = {
  quick: [
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
      why: 'Folders of sessions that only grow make every request slow.',
      fix: { id: 'sessions', label: 'Remove what was deleted', isCareful: true },
    },
  ],
  slow: [
    {
      id: 'openclaw.security.fs.config',
      title: 'Config file is world-readable',
      level: 'bad',
      because: 'mode=644',
      hint: 'chmod 600 it',
    },
  ],
};

/** Of what the doctor would write. */
export const A_DIGEST = 'd'.repeat(64);

export const aBundle: SupportBundle = {
  id: 'bundle-1',
  fileName: 'hardshell-support-2026-11-21T0900.tar.gz',
  files: [
    { path: 'README.txt', text: 'A support bundle\n' },
    { path: 'logs/gateway.log', text: 'listening at <ip-1>\n' },
  ],
  archive: Buffer.from('packed'),
};

export function createFakeDiagnosis(
  { findings = someFindings }: DiagnosisScript,
  calls: [string, unknown?][],
): Core['diagnosis'] {
  return {
    look: (name, depth) => {
      calls.push(['diagnosis.look', { name, depth }]);
      return Promise.resolve({ at: NOW, findings: [...findings[depth]] });
    },
    doctorDiff: (name) => {
      calls.push(['diagnosis.doctorDiff', name]);
      return Promise.resolve({ lines: [{ is: 'removed', text: '"bogus": 1' }], changes: 1, digest: A_DIGEST });
    },
    bundle: (name) => {
      calls.push(['diagnosis.bundle', name]);
      return Promise.resolve(aBundle);
    },
    keptBundle: (id) => {
      if (id !== aBundle.id) throw new AppError('bundle.unknown');
      return aBundle;
    },
  };
}
