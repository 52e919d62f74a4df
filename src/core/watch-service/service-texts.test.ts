import { expect, it } from 'vitest';
import {
  launchdPlist,
  missesAgent,
  scheduledTask,
  serviceEnvironment,
  serviceName,
  systemdUnit,
} from './service-texts.ts';

const program = {
  argv: ['/opt/hard shell/node', '/opt/100%/cli.js', 'watch', '--data-dir', '/home/anna/$HOME "x"'],
  env: { HARDSHELL_PASSPHRASE_FILE: '/run/a b' },
} as const;

it('a unit of systemd starts exactly these words', () => {
  const unit = systemdUnit(program);
  expect(unit).toContain(
    String.raw`ExecStart="/opt/hard shell/node" "/opt/100%%/cli.js" "watch" "--data-dir" "/home/anna/$$HOME \"x\""`,
  );
  expect(unit).toContain('Environment="HARDSHELL_PASSPHRASE_FILE=/run/a b"');
  expect(unit).toContain('WantedBy=default.target');
});

it('an agent of launchd starts exactly these words', () => {
  const plist = launchdPlist('app.hardshell.watch', { ...program, argv: ['/usr/bin/node', 'a<b>&"c"'] });
  expect(plist).toContain('<string>a&lt;b&gt;&amp;&quot;c&quot;</string>');
  expect(plist).toContain('<key>HARDSHELL_PASSPHRASE_FILE</key><string>/run/a b</string>');
  expect(launchdPlist('x', { argv: ['node'], env: {} })).not.toContain('EnvironmentVariables');
});

it('a task of Windows starts exactly these words, without a window', () => {
  const argv = ['C:\\Program Files\\node.exe', 'C:\\a b\\', 'watch'] as const;
  const task = scheduledTask('PC\\anna', { argv, env: {} });
  expect(task).toContain('<Command>conhost.exe</Command>');
  expect(task).toContain('--headless &quot;C:\\Program Files\\node.exe&quot; &quot;C:\\a b\\\\&quot; watch');
  expect(task).toContain('<UserId>PC\\anna</UserId>');
  expect(scheduledTask('anna', { argv: ['node'], env: { HARDSHELL_X: '50%' } })).toContain(
    'cmd.exe /d /s /c &quot;set &quot;HARDSHELL_X=50%%&quot;&amp;&amp; node&quot;',
  );
});

it('a service is given what Hardshell reads of the environment, and nothing else', () => {
  const env = { PATH: '/bin', HARDSHELL_DATA_DIR: '/d', HARDSHELL_LOG: 'debug', HARDSHELL_EMPTY: '', AWS_SECRET: 'x' };
  expect(serviceEnvironment(env)).toEqual({ HARDSHELL_LOG: 'debug' });
});

it.each([
  ['/run/user/1000/keyring/ssh', 'kept'],
  ['/home/anna/.1password/agent.sock', 'kept'],
  ['/tmp/ssh-a/agent.1', 'missed'],
  ['/private/tmp/ssh-a/agent.1', 'missed'],
  ['/home/anna/.ssh/agent/s.abc.agent.def', 'missed'],
  // launchd tells its services where that of today listens.
  ['/private/tmp/com.apple.launchd.abc/Listeners', 'not needed'],
])('an agent at %s is %s', (path, is) => {
  const env = { SSH_AUTH_SOCK: path };
  expect(serviceEnvironment(env)).toEqual(is === 'kept' ? env : {});
  expect(missesAgent(env)).toBe(is === 'missed');
});

it('a service is named by its data folder', () => {
  expect(serviceName('/a')).toMatch(/^hardshell-watch-[0-9a-f]{8}$/);
  expect(serviceName('/a')).not.toBe(serviceName('/b'));
});
