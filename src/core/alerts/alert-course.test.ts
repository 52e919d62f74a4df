import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { courses, HOUR_MS, MINUTE_MS, START_MS, World } from '../../../test/alerts/alert-world.ts';
import { tempDataDir } from '../../../test/lab/temp-data-dir.ts';
import { AppError } from '../../shared/app-error.ts';
import { alertKinds, alertPolicySchema, type AlertKind, type AlertPolicyInput } from '../../shared/model/alert.ts';

describe('an alert', () => {
  let folder: Awaited<ReturnType<typeof tempDataDir>>;
  let world: World;
  beforeEach(async () => {
    folder = await tempDataDir();
    world = new World(folder.path);
  });
  afterEach(async () => {
    await world.restart();
    await folder[Symbol.asyncDispose]();
  });
  const only = (kind: AlertKind): AlertPolicyInput => ({
    telegram: { chat: '1' },
    spendCapUsd: 10,
    off: alertKinds.filter((one) => one !== kind),
  });

  it.each(alertKinds)('%s fires once, is told of no second time after a restart, and clears', async (kind) => {
    const { breaks, mends, waitMs, fired, cleared } = courses[kind];
    world.policy = alertPolicySchema.parse(only(kind));
    await world.backUp();
    await world.pass(10 * MINUTE_MS);
    expect(world.take()).toEqual([]);
    await breaks(world);
    if (kind === 'restart-loop') {
      await world.pass(2 * MINUTE_MS);
      expect(world.take()).toEqual([`fired research: ${fired}`]);
      await world.pass(2 * MINUTE_MS);
    } else {
      await world.pass(waitMs);
      expect(world.take()).toEqual([`fired research: ${fired}`]);
      await world.pass(waitMs);
    }
    await world.restart();
    // It has not been up for a whole window yet.
    await world.pass(kind === 'restart-loop' ? 2 * MINUTE_MS : waitMs);
    expect(world.take()).toEqual([]);
    await mends(world);
    await world.pass(waitMs);
    expect(world.take()).toEqual(cleared === undefined ? [] : [`cleared research: ${cleared}`]);
    const [record] = await world.state.alerts.list();
    expect(record?.kind).toBe(kind);
    expect(record?.clearedAt).toBeDefined();
    await world.restart();
    await world.pass(10 * MINUTE_MS);
    expect(world.take()).toEqual([]);
  });

  it('of a newer version is none where nothing can be updated from here', async () => {
    world.policy = alertPolicySchema.parse(only('update'));
    world.instance = {
      ...world.instance,
      adopted: {
        kind: 'service',
        user: 'anna',
        home: '/home/anna',
        node: '/usr/bin/node',
        packageDir: '/home/anna/openclaw',
        stateDir: '/home/anna/.openclaw',
        configPath: '/home/anna/.openclaw/openclaw.json',
        unit: 'openclaw-gateway.service',
        unitPath: '/home/anna/.config/systemd/user/openclaw-gateway.service',
      },
    };
    await courses.update.breaks(world);
    await world.pass(courses.update.waitMs);
    expect(world.take()).toEqual([]);
  });

  it('of a gateway that was away for a moment is none', async () => {
    world.policy = alertPolicySchema.parse(only('gateway-down'));
    await world.pass(5 * MINUTE_MS);
    world.tell({ state: 'stopped' });
    await world.pass(MINUTE_MS);
    world.tell({ state: 'running' });
    await world.pass(10 * MINUTE_MS);
    expect(world.take()).toEqual([]);
  });

  it('of a gateway that a person has stopped is none', async () => {
    world.policy = alertPolicySchema.parse(only('gateway-down'));
    await world.state.alertMarks.write({ exposure: {}, stopped: [world.instance.id], trouble: {} });
    world.tell({ state: 'stopped' });
    await world.pass(10 * MINUTE_MS);
    expect(world.take()).toEqual([]);
  });

  it('of a gateway that a person stops while it is told of is taken back without a word', async () => {
    world.policy = alertPolicySchema.parse(only('gateway-down'));
    await courses['gateway-down'].breaks(world);
    await world.pass(10 * MINUTE_MS);
    expect(world.take()).toHaveLength(1);
    await world.state.alertMarks.write({ exposure: {}, stopped: [world.instance.id], trouble: {} });
    world.tell({ state: 'stopped' });
    await world.pass(10 * MINUTE_MS);
    expect(world.take()).toEqual([]);
    expect(await world.state.alerts.list()).toEqual([]);
  });

  it('comes again for a gateway that was stopped here and started since, by whatever', async () => {
    world.policy = alertPolicySchema.parse(only('gateway-down'));
    await world.state.alertMarks.write({ exposure: {}, stopped: [world.instance.id], trouble: {} });
    world.tell({ state: 'running' });
    await world.pass(10 * MINUTE_MS);
    expect((await world.state.alertMarks.read())?.stopped).toEqual([]);
    world.tell({ state: 'stopped' });
    await world.pass(10 * MINUTE_MS);
    expect(world.take()).toHaveLength(1);
  });

  it('says nothing of machines while the store of their secrets is locked', async () => {
    world.policy = alertPolicySchema.parse(only('gateway-down'));
    await world.pass(5 * MINUTE_MS);
    world.tell({ state: 'unreachable', error: new AppError('secrets.locked') });
    await world.pass(20 * MINUTE_MS);
    expect(world.take()).toEqual([]);
  });

  it('that nobody could be told of is told later, once', async () => {
    world.policy = alertPolicySchema.parse(only('disk'));
    world.refuses = true;
    await courses.disk.breaks(world);
    await world.pass(20 * MINUTE_MS);
    world.refuses = false;
    await world.pass(40 * MINUTE_MS);
    expect(world.take()).toEqual(['fired research: Disk nearly full']);
  });

  it('of quiet hours is part of one summary afterwards, and a gateway that is down may break through', async () => {
    const hour = new Date(START_MS).getHours();
    const quiet = { from: hour, to: hour + 4, tellDown: true };
    world.policy = alertPolicySchema.parse({ telegram: { chat: '1' }, spendCapUsd: 10, quiet, off: ['backup'] });
    await world.pass(5 * MINUTE_MS);
    await courses.disk.breaks(world);
    await courses.memory.breaks(world);
    await courses['gateway-down'].breaks(world);
    await world.pass(30 * MINUTE_MS);
    expect(world.take()).toEqual(['fired research: Gateway down']);
    await courses.memory.mends(world);
    await world.pass(2 * HOUR_MS);
    await world.restart();
    expect(world.take()).toEqual([]);
    await world.pass(2 * HOUR_MS);
    const [summary, ...more] = world.told.splice(0);
    expect(more).toEqual([]);
    expect(summary?.message.title).toBe('2 alerts while it was quiet');
    expect(summary?.message.body).toContain('Disk nearly full');
    expect(summary?.message.body).toMatch(/Memory nearly full.*over after/);
    await world.pass(HOUR_MS);
    expect(world.take()).toEqual([]);
  });

  it.each(['gateway-down', 'machine-unreachable', 'restart-loop'] as const)(
    'of quiet hours: %s breaks through where a gateway that is down may, and only there',
    async (kind) => {
      const hour = new Date(START_MS).getHours();
      for (const tellDown of [false, true]) {
        world.policy = alertPolicySchema.parse({ ...only(kind), quiet: { from: hour, to: hour + 4, tellDown } });
        if (!tellDown) {
          await world.pass(5 * MINUTE_MS);
          await courses[kind].breaks(world);
        }
        await world.pass(kind === 'restart-loop' ? 2 * MINUTE_MS : 10 * MINUTE_MS);
        expect(world.take()).toEqual(tellDown ? [`fired research: ${courses[kind].fired}`] : []);
      }
    },
  );

  it('goes with its instance, and with its kind', async () => {
    world.policy = alertPolicySchema.parse(only('disk'));
    await courses.disk.breaks(world);
    await world.pass(20 * MINUTE_MS);
    expect(await world.state.alerts.list()).toHaveLength(1);
    world.policy = alertPolicySchema.parse({ ...only('disk'), off: [...alertKinds] });
    await world.pass(MINUTE_MS);
    expect(await world.state.alerts.list()).toEqual([]);
  });

  it('asks the registry twice a day, whatever is restarted', async () => {
    world.policy = alertPolicySchema.parse(only('update'));
    for (let restarts = 0; restarts < 6; restarts += 1) {
      await world.pass(2 * HOUR_MS);
      await world.restart();
    }
    expect(world.registryAsked).toBe(1);
  });
});
