import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import { parseEntry, type LogEntry, type LogQuery } from '../../src/shared/model/log.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';
import { docker } from '../lab/docker.ts';
import { openDockerPerson, ownName, type DockerPerson } from '../lab/docker-person.ts';

const minutes = 60_000;
const name = ownName('chronicle');

// One story, told in order: every case goes on where the one before has ended.
describeWithLab('the logs of OpenClaw in a container', () => {
  let person: DockerPerson;
  beforeAll(async () => {
    person = await openDockerPerson();
    await person.deploy(name, { image: 'build' });
  }, 20 * minutes);
  afterAll(() => person[Symbol.asyncDispose]());

  const read = async (query: Partial<LogQuery> = {}): Promise<LogEntry[]> => {
    const lines = await text(await person.core.instances.logs(name, { follow: false, lines: 2_000, ...query }));
    return lines
      .split('\n')
      .filter(Boolean)
      .map((line) => parseEntry(line) ?? expect.fail(line));
  };

  it('are one: the gateway, its container, our run and our changes, in order', { timeout: 3 * minutes }, async () => {
    const entries = await read();
    const times = entries.map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    for (const source of ['gateway', 'service', 'installer', 'audit'])
      expect(entries.filter((entry) => entry.source === source).length, source).toBeGreaterThan(0);
    const [instance] = await person.core.instances.list();
    const token = await person.core.instances.token(instance?.id ?? expect.fail('no instance'));
    expect(JSON.stringify(entries)).not.toContain(token.reveal());
  });

  it('are narrowed by source, words and time', { timeout: 3 * minutes }, async () => {
    const gateway = await read({ sources: ['gateway'] });
    expect(new Set(gateway.map(({ source }) => source))).toEqual(new Set(['gateway']));
    const middle = gateway[Math.floor(gateway.length / 2)]?.at ?? expect.fail('no line');
    const later = await read({ sources: ['gateway'], since: middle });
    expect(later.length).toBeGreaterThan(0);
    expect(later.every(({ at }) => at >= middle)).toBe(true);
    expect(later.length).toBeLessThanOrEqual(gateway.length);
    const found = await read({ grep: '/gateway.*/', sources: ['gateway'], lines: 3 });
    expect([1, 2, 3]).toContain(found.length);
    expect(found.every((entry) => /gateway/i.test(entry.text))).toBe(true);
  });

  it('are followed through a restart, and nothing stays behind', { timeout: 5 * minutes }, async () => {
    const [instance] = await person.core.instances.list();
    if (instance === undefined) throw new Error('There is no instance.');
    await using link = await person.core.instances.link(instance.id);
    const stop = new AbortController();
    const log = await link.openLogs({ follow: true, lines: 10 }, stop.signal);
    let got = '';
    log.on('data', (chunk: Buffer) => (got += chunk.toString()));
    await expect.poll(() => got, { timeout: minutes }).not.toBe('');
    const began = got.length;
    await docker(['restart', '--time', '20', layoutContainer(instance).container]);
    await expect
      .poll(() => got.slice(began), { timeout: 3 * minutes })
      .toMatch(/"service"[^\n]*started\.[^]*"gateway"|"gateway"[^]*"service"[^\n]*started\.[^]*"gateway"/);
    stop.abort();
    await expect.poll(() => log.destroyed).toBe(true);
  });
});
