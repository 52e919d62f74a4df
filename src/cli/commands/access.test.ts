import { describe, expect, it } from 'vitest';
import { parseLines, runFake } from '../../../test/cli/run-fake.ts';
import { DEVICES } from '../../../test/cli/fake-devices.ts';

const requestId = '1ebb2756-560c-4f96-9e88-86f3d3342569';

describe('token', () => {
  it('rotate is a change that is planned, shown and run', async () => {
    const { code, core, io } = await runFake(['token', 'research', 'rotate', '--yes']);
    expect([code, io.written.err]).toEqual([0, '']);
    expect(core.calls.map(([name]) => name)).toEqual(['change.preview', 'start']);
    expect(core.calls[0]?.[1]).toMatchObject({ name: 'research', change: { kind: 'rotate-token' } });
    expect(io.written.out).toContain('research has a new token');
  });

  it('rotate asks, or wants --yes', async () => {
    const { code, core } = await runFake(['token', 'research', 'rotate']);
    expect([code, core.calls]).toEqual([2, []]);
  });

  it('show prints the token and nothing else', async () => {
    const { code, io } = await runFake(['token', 'research', 'show']);
    expect([code, io.written.out]).toEqual([0, 'the-gateway-token\n']);
    const { io: json } = await runFake(['token', 'research', 'show', '--json']);
    expect(parseLines(json)).toEqual([
      { type: 'token', token: 'the-gateway-token' },
      { type: 'result', ok: true },
    ]);
  });

  it.each([[['token', 'research']], [['token', 'research', 'forget']], [['token', 'research', 'show', '--dry-run']]])(
    '%j is refused',
    async (argv) => {
      const { code, core } = await runFake(argv);
      expect([code, core.calls]).toEqual([2, []]);
    },
  );
});

describe('devices', () => {
  it('are listed with their ids, for people and for programs', async () => {
    const { code, io } = await runFake(['devices', 'research']);
    expect(code).toBe(0);
    for (const said of [
      requestId,
      'Chromium on a laptop',
      'asks for admin, read',
      'this Hardshell',
      'an old phone removed',
    ])
      expect(io.written.out).toContain(said);
    const { io: json } = await runFake(['devices', 'research', 'list', '--json']);
    expect(parseLines(json)).toEqual([{ type: 'result', ok: true, devices: DEVICES }]);
  });

  it('may be none', async () => {
    const script = { devices: { pending: [], paired: [], deeds: [] } };
    const { io } = await runFake(['devices', 'research'], { script });
    expect(io.written.out).toBe('research knows no devices, and nobody asks to be one.\n');
  });

  it.each(['approve', 'reject', 'remove', 'rotate'])('%s takes exactly the one that is named', async (verb) => {
    const { code, core, io } = await runFake(['devices', 'research', verb, requestId, '--yes', '--json']);
    expect(code).toBe(0);
    expect(core.calls).toEqual([[`devices.${verb}`, { name: 'research', id: requestId }]]);
    expect(parseLines(io)).toEqual([{ type: 'result', ok: true, device: { id: requestId, did: verb } }]);
  });

  it.each([
    [['approve', '--yes']],
    [['approve', requestId]],
    [['approve', 'two words', '--yes']],
    [['list', requestId]],
    [['befriend', requestId, '--yes']],
  ])('%j is refused, and nothing is asked', async (argv) => {
    const { code, core } = await runFake(['devices', 'research', ...argv]);
    expect([code, core.calls]).toEqual([2, []]);
  });
});
