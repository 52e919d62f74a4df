import { describe, expect, it } from 'vitest';
import { FETCH_ATTEMPTS } from './npm-install.ts';
import { watchNpm } from './npm-output.ts';

const lost = (name: string, attempt = FETCH_ATTEMPTS): string =>
  `npm http fetch GET http://127.0.0.1:4873/${name} attempt ${attempt} failed with ECONNRESET`;
const came = 'npm http fetch GET 200 http://127.0.0.1:4873/ws 35ms (cache miss)';

function watch(lines: readonly string[]): { reason: unknown; said: string[] } {
  const said: string[] = [];
  const { onLine, signal } = watchNpm('Installing it', (line) => said.push(line));
  for (const line of lines) onLine('stderr', line);
  return { reason: signal.reason, said };
}

describe('watchNpm', () => {
  it('gives up when package after package does not come', () => {
    expect(watch([came, lost('a'), lost('b'), lost('c')]).reason).toMatchObject({
      code: 'registry.unreachable',
      details: { doing: 'Installing it', lastLines: [lost('a'), lost('b'), lost('c')] },
    });
  });

  it('is patient while anything comes, with one package, and with first attempts', () => {
    expect(watch([lost('a'), lost('b'), came, lost('c'), lost('d')]).reason).toBeUndefined();
    expect(watch([lost('a'), lost('a'), lost('a')]).reason).toBeUndefined();
    expect(watch([lost('a', 1), lost('b', 2), lost('c', 1)]).reason).toBeUndefined();
  });

  it('stops at the first file that finds no room', () => {
    const full = 'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write';
    const { reason, said } = watch([came, full, full, full]);
    expect(reason).toMatchObject({ code: 'disk.full', details: { doing: 'Installing it', lastLines: [full] } });
    expect(said).toEqual([]);
  });

  it('passes on what is not about requests', () => {
    expect(watch([came, '', 'npm warn deprecated x@1', 'added 331 packages']).said).toEqual([
      'npm warn deprecated x@1',
      'added 331 packages',
    ]);
  });
});
