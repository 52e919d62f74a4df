import { expect, test } from 'vitest';
import { parseTraces } from './foreign-install.ts';

const self = '64617094060dfe1267594253fd42da1200d1a6bce4bc21b4c88c5f23ef408ba5';

test('what a server with older installs answered', () => {
  const text = `unit\t/etc/systemd/system/moltbot.service
unit-of anna\t/home/anna/.config/systemd/user/clawdbot-gateway.service
state anna\t/home/anna/.clawdbot
unit-of any\t/etc/systemd/user/openclaw-gateway.service
program\t/usr/local/bin/moltbot
process\t1469\tanna\t9:name=systemd:/docker/${self}/user.slice/user-1000.slice/user@1000.service/app.slice/clawdbot-gateway.service\tclawdbot-gateway${' '}
process\t1470\tanna\t9:name=systemd:/docker/${self}\tvim openclaw.json${' '}
self\t9:name=systemd:/docker/${self}/init.scope
container\topenclaw-gateway\tghcr.io/openclaw/openclaw:2026.9.6\tUp 3 days
end
`;
  expect(parseTraces(text)).toEqual([
    { kind: 'unit', path: '/etc/systemd/system/moltbot.service', unit: 'moltbot.service', user: undefined },
    {
      kind: 'unit',
      path: '/home/anna/.config/systemd/user/clawdbot-gateway.service',
      unit: 'clawdbot-gateway.service',
      user: 'anna',
    },
    { kind: 'state', path: '/home/anna/.clawdbot', user: 'anna' },
    { kind: 'unit', path: '/etc/systemd/user/openclaw-gateway.service', unit: 'openclaw-gateway.service', user: 'any' },
    { kind: 'program', path: '/usr/local/bin/moltbot' },
    {
      kind: 'process',
      pid: 1469,
      user: 'anna',
      unit: 'clawdbot-gateway.service',
      container: undefined,
      words: 'clawdbot-gateway',
    },
    { kind: 'container', name: 'openclaw-gateway', image: 'ghcr.io/openclaw/openclaw:2026.9.6', status: 'Up 3 days' },
  ]);
});

test.each([
  ['openclaw-gateway', true],
  [
    '/usr/bin/node --max-old-space-size=2048 /home/a/.npm-global/lib/node_modules/openclaw/dist/index.js gateway --port 18789',
    true,
  ],
  ['node /app/openclaw.mjs gateway', true],
  ['/usr/local/bin/moltbot gateway', true],
  ['node /srv/web/server.js --note openclaw-is-great', false],
  ['tail -f /tmp/openclaw/openclaw.log', false],
  ['python3 watch.py /home/a/.openclaw/openclaw.json', false],
])('process %s is OpenClaw: %s', (words, expected) => {
  expect(parseTraces(`process\t7\tanna\t0::/\t${words}\n`)).toHaveLength(expected ? 1 : 0);
});

test('of a process in a container the container is known', () => {
  const [trace] = parseTraces(
    `process\t7\troot\t0::/system.slice/docker-${self}.scope\topenclaw-gateway\nself\t0::/init.scope\n`,
  );
  expect(trace).toMatchObject({ container: '64617094060d' });
});

test('nothing there', () => {
  expect(parseTraces('self\t0::/init.scope\nend\n')).toEqual([]);
});
