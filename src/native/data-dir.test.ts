import { describe, expect, it } from 'vitest';
import { defaultDataDir } from './data-dir.ts';

describe('the default data folder', () => {
  it.each([
    ['linux', '/home/anna', {}, '/home/anna/.local/share/hardshell'],
    ['linux', '/home/anna', { XDG_DATA_HOME: '/data/anna' }, '/data/anna/hardshell'],
    ['linux', '/home/anna', { XDG_DATA_HOME: '' }, '/home/anna/.local/share/hardshell'],
    ['linux', '/home/anna', { XDG_DATA_HOME: 'not/absolute' }, '/home/anna/.local/share/hardshell'],
    ['freebsd', '/home/anna', {}, '/home/anna/.local/share/hardshell'],
    ['darwin', '/Users/anna', { XDG_DATA_HOME: '/data' }, '/Users/anna/Library/Application Support/Hardshell'],
    ['win32', 'C:\\Users\\anna', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\Hardshell'],
    ['win32', 'C:\\Users\\anna', {}, 'C:\\Users\\anna\\AppData\\Roaming\\Hardshell'],
  ] as const)('on %s with home %s and %j is %s', (platform, homeDir, env, expected) => {
    expect(defaultDataDir({ platform, homeDir, env })).toBe(expected);
  });
});
