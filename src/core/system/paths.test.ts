import { describe, expect, it } from 'vitest';
import { instanceIdSchema } from '../../shared/model/ids.ts';
import { layoutData, layoutLocalInstance, MAX_SOCKET_PATH_BYTES, supervisorSocketPath } from './paths.ts';

describe('the layout of a data folder', () => {
  it('names every place, with the separators of the platform', () => {
    expect(layoutData('/d', 'linux')).toEqual({
      dataDir: '/d',
      instancesDir: '/d/instances',
      runsDir: '/d/runs',
      secretsDir: '/d/secrets',
      supervisorDir: '/d/supervisor',
      loginsDir: '/d/logins',
      metricsDir: '/d/metrics',
      backupsDir: '/d/backups',
      configurationDir: '/d/configuration',
      sshKeysFile: '/d/ssh-keys.json',
      configSchemasDir: '/d/config-schemas',
      backupSecretsFile: '/d/backup-secrets.json',
      updatesDir: '/d/updates',
      devicesDir: '/d/devices',
      alertsDir: '/d/alerts',
      alertPolicyFile: '/d/alert-policy.json',
      alertMarksFile: '/d/alert-marks.json',
      trustFile: '/d/trust.json',
      installationFile: '/d/installation.json',
      mirrorsFile: '/d/mirrors.json',
      runtimeDir: '/d/runtime',
    });
    expect(layoutData('C:\\d', 'win32').trustFile).toBe('C:\\d\\trust.json');
  });

  it('gives each instance of this computer a folder of its own', () => {
    const id = instanceIdSchema.parse('i-0123456789abcdef');
    expect(layoutLocalInstance('/d', id, 'darwin')).toEqual({
      dir: '/d/instances/i-0123456789abcdef',
      prefixDir: '/d/instances/i-0123456789abcdef/prefix',
      stateDir: '/d/instances/i-0123456789abcdef/state',
      configFile: '/d/instances/i-0123456789abcdef/state/openclaw.json',
      logsDir: '/d/instances/i-0123456789abcdef/logs',
    });
  });
});

describe('the socket of the supervisor', () => {
  const long = `/home/${'ä'.repeat(60)}`;

  it('lies in the data folder where its path fits', () => {
    expect(supervisorSocketPath('/home/anna/.local/share/hardshell', 'linux', '/tmp')).toBe(
      '/home/anna/.local/share/hardshell/supervisor/supervisor.sock',
    );
  });

  it('counts bytes, not characters, up to the last one that fits', () => {
    const room = MAX_SOCKET_PATH_BYTES - '/supervisor/supervisor.sock'.length;
    const fits = `/${'a'.repeat(room - 1)}`;
    expect(supervisorSocketPath(fits, 'linux', '/tmp')).toBe(`${fits}/supervisor/supervisor.sock`);
    expect(supervisorSocketPath(`${fits}a`, 'linux', '/tmp')).toMatch(
      /^\/tmp\/hardshell-[0-9a-f]{16}\/supervisor\.sock$/,
    );
    expect(long.length).toBeLessThan(room);
    expect(supervisorSocketPath(long, 'linux', '/tmp')).toMatch(/^\/tmp\/hardshell-/);
  });

  it('fits even where the temporary folder is deep, and differs for each data folder', () => {
    const one = supervisorSocketPath(long, 'darwin', `/var/folders/${'x'.repeat(90)}/T`);
    expect(one).toMatch(/^\/tmp\/hardshell-/);
    expect(Buffer.byteLength(one)).toBeLessThanOrEqual(MAX_SOCKET_PATH_BYTES);
    expect(supervisorSocketPath(`${long}2`, 'darwin', '/tmp')).not.toBe(one);
    expect(supervisorSocketPath(`${long}/../${long.slice(6)}`, 'darwin', '/tmp')).toBe(one);
  });

  it('is a named pipe on Windows, one whatever the case of the path', () => {
    const pipe = supervisorSocketPath('C:\\Users\\Anna\\Hardshell', 'win32', 'C:\\Temp');
    expect(pipe).toMatch(/^\\\\\.\\pipe\\hardshell-[0-9a-f]{16}$/);
    expect(supervisorSocketPath('c:\\users\\anna\\x\\..\\hardshell', 'win32', 'C:\\Temp')).toBe(pipe);
  });
});
