import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringUpLab } from '../lab/run.ts';
import { openclawImage } from '../lab/openclaw-image.ts';
import { runBareContainer } from './bare-container.ts';
import { runHardshell, type Person } from './command-line.ts';
import { measureFleet } from './fleet.ts';
import { alternate, compare, timeMs, type Measured } from './measure.ts';

/** An instance in a container against `docker run` of the same container; and a list of fifty of them. */
export async function measureContainers(rounds: number): Promise<Measured> {
  const lab = await bringUpLab();
  if (lab.is === 'missing') return { skipped: lab.because };
  const image = await openclawImage();
  const dir = await mkdtemp(join(tmpdir(), 'hardshell-bench-'));
  const person: Person = { dir, registry: 'https://registry.npmjs.org' };
  try {
    const made = await alternate(
      'an instance in a container against docker run of the same',
      rounds,
      async () => {
        const spent = await timeMs(() =>
          runHardshell(person, ['deploy', 'bench', '--to', 'docker', '--image', image, '--yes', '--json']),
        );
        await runHardshell(person, ['remove', 'bench', '--purge', '--yes', '--json']);
        return spent;
      },
      () => timeBare(image),
      1.1,
    );
    return { figures: [compare(made), ...(await measureFleet(image))] };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Without what takes it away again. */
async function timeBare(image: string): Promise<number> {
  const startedAt = performance.now();
  let readyAt = startedAt;
  await runBareContainer(image, () => (readyAt = performance.now()));
  return readyAt - startedAt;
}
