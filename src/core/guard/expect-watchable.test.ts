import { expect, it } from 'vitest';
import { anInstance } from '../../../test/cli/samples.ts';
import { closedIngress } from '../../shared/model/ingress.ts';
import { expectWatchable } from './expect-watchable.ts';

const local = anInstance({ target: { kind: 'local' } });
const server = anInstance();
const ingress = { access: { mode: 'domain', host: 'claw.example.com' }, limits: {} } as const;
const cpu = { abovePercent: 90, forSeconds: 300 };

it('refuses what nobody would watch, and nothing else', () => {
  const refused = expect.objectContaining({ code: 'guard.unsupported' }) as unknown;
  const requests = { above: 1000, withinSeconds: 60 };
  expect(() => expectWatchable({ requests }, server, 'linux')).toThrow(refused);
  expect(() => expectWatchable({ requests }, { ...server, ingress: closedIngress }, 'linux')).toThrow(refused);
  expect(() => expectWatchable({ requests }, { ...local, ingress }, 'linux')).toThrow(refused);
  expectWatchable({ requests }, { ...server, ingress }, 'linux');
  expect(() => expectWatchable({ cpu }, local, 'win32')).toThrow(refused);
  expect(() => expectWatchable({ memory: cpu }, local, 'win32')).toThrow(refused);
  expectWatchable({ cpu, memory: cpu }, local, 'darwin');
  expectWatchable({ cpu }, server, 'win32');
  expectWatchable({ restarts: { above: 5, withinSeconds: 60 }, disk: { aboveBytes: 2 ** 30 } }, local, 'win32');
});
