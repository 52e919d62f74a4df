import { describe, expect, it } from 'vitest';
import { parseLines, startFake } from '../../../test/cli/run-fake.ts';

describe('serve', () => {
  it('prints its address first, and ends well with Ctrl-C', async () => {
    const run = startFake(['serve', '--json', '--port', '4242']);
    await run.io.waitFor('\n');
    run.io.interrupt('SIGINT');
    expect(await run.ended).toBe(0);
    expect(parseLines(run.io)).toMatchObject([
      { type: 'serving', url: 'http://localhost:4242/enter/token', port: 4242 },
      { type: 'result', ok: true },
    ]);
  });

  it('says how to come from elsewhere, and that gateways go on', async () => {
    const run = startFake(['serve']);
    await run.io.waitFor('/enter/token');
    run.io.interrupt('SIGINT');
    expect(await run.ended).toBe(0);
    expect(run.io.written.err).toContain('ssh -L 8420:127.0.0.1:8420');
    expect(run.io.written.err).toContain('Gateways on this computer and on servers go on.');
  });

  it.each(['0', '65536', 'http', '80.5'])('refuses the port %s', async (port) => {
    expect(await startFake(['serve', '--port', port]).ended).toBe(2);
  });
});
