import { describe, expect, it } from 'vitest';
import { stepsOf } from '../../test/cli/fake-core.ts';
import { anInstance } from '../../test/cli/samples.ts';
import { createPanelCore, SAMPLE } from '../../test/panel/fake-core.ts';
import { openTestPanel } from '../../test/panel/open-panel.ts';
import type { PreviewOptions } from '../core/index.ts';
import { AppError } from '../shared/app-error.ts';
import { instanceIdSchema } from '../shared/model/ids.ts';
import type { DeploymentSpec } from '../shared/model/spec.ts';

const instanceId = instanceIdSchema.parse('i-0123456789abcdef');
const draftId = 'd-abcdefgh';
const spec = { name: 'research', target: { kind: 'local' as const } };
const never = new Promise<void>(() => undefined);

/** A product that remembers how it was asked for previews. */
function watchPreviews(script: Parameters<typeof createPanelCore>[0] = {}) {
  const core = createPanelCore(script);
  const asked: { readonly spec: DeploymentSpec; readonly options: PreviewOptions }[] = [];
  const deployments: typeof core.deployments = {
    ...core.deployments,
    preview(wanted, options = {}) {
      asked.push({ spec: wanted, options });
      options.onPhase?.('connecting');
      return core.deployments.preview(wanted, options);
    },
  };
  return { asked, core: { ...core, deployments } };
}

describe('a run', () => {
  it('is answered when it has begun, told to every session, and goes on without them', async () => {
    let finish: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { connect, notices } = openTestPanel({ happenings: () => [{ type: 'wait', until }] });
    const [asker, other] = [connect(), connect()];
    const { previewId } = await asker.call('deployment.preview', { draftId, spec });
    await asker.call('deployment.start', { previewId });
    expect(other.events('run.happened')).toMatchObject([{ type: 'run.started', instanceId }]);
    await asker.session[Symbol.asyncDispose]();
    await other.session[Symbol.asyncDispose]();
    finish();
    await expect.poll(() => notices).toEqual(['research is running']);
  });

  it('is no reason for a notice while somebody looks', async () => {
    const { connect, notices } = openTestPanel();
    const client = connect();
    const { previewId } = await client.call('deployment.preview', { draftId, spec });
    await client.call('deployment.start', { previewId });
    await expect.poll(() => client.events('run.happened').at(-1)).toMatchObject({ type: 'run.succeeded' });
    expect(notices).toEqual([]);
  });

  it('is cancelled from any session, and one that is over already is fine', async () => {
    const { connect } = openTestPanel({ happenings: () => [{ type: 'wait', until: never }] });
    const client = connect();
    const { previewId } = await client.call('deployment.preview', { draftId, spec });
    const { runId } = await client.call('deployment.start', { previewId });
    await connect().call('run.cancel', { runId });
    await expect.poll(() => client.events('run.happened').at(-1)).toMatchObject({ type: 'run.cancelled' });
    expect(await client.call('run.cancel', { runId })).toBeNull();
  });

  it('that never begins is refused with its reason', async () => {
    const client = openTestPanel().connect();
    const refused = await client.refused('deployment.start', { previewId: 'r-0mhw3k2p1a-ffffffff' });
    expect(refused).toMatchObject({ code: 'usage.invalid' });
  });

  it('ends with the door', async () => {
    const { connect, panel } = openTestPanel({ happenings: () => [{ type: 'wait', until: never }] });
    const client = connect();
    const { previewId } = await client.call('deployment.preview', { draftId, spec });
    await client.call('deployment.start', { previewId });
    await panel[Symbol.asyncDispose]();
  });
});

describe('a preview', () => {
  it('tells how far it is to the session that asked', async () => {
    const { core } = watchPreviews();
    const { connect } = openTestPanel({}, {}, core);
    const [client, other] = [connect(), connect()];
    await client.call('deployment.preview', { draftId, spec });
    expect(client.events('deployment.advanced')).toEqual([{ draftId, phase: 'connecting' }]);
    expect(other.events('deployment.advanced')).toEqual([]);
  });

  it.each(['abandon', 'again', 'leave'])('that is not wanted any more is ended: %s', async (how) => {
    const signals: AbortSignal[] = [];
    const core = createPanelCore();
    const slow: typeof core.deployments.preview = (_, options) =>
      new Promise((_resolve, reject) => {
        if (options?.signal === undefined) return;
        signals.push(options.signal);
        options.signal.addEventListener('abort', () => reject(new AppError('run.cancelled')));
      });
    const made = { ...core, deployments: { ...core.deployments, preview: slow } };
    const client = openTestPanel({}, {}, made).connect();
    const refused = client.refused('deployment.preview', { draftId, spec });
    await expect.poll(() => signals.length).toBe(1);
    if (how === 'abandon') await client.call('deployment.abandon', { draftId });
    else if (how === 'again') void client.call('deployment.preview', { draftId, spec });
    else await client.session[Symbol.asyncDispose]();
    await expect.poll(() => signals[0]?.aborted).toBe(true);
    if (how !== 'leave') expect(await refused).toMatchObject({ code: 'run.cancelled' });
  });

  it('is made again with what was given, until the deployment has ended well', async () => {
    let isOnline = false;
    const { core, asked } = watchPreviews({
      happenings(preview) {
        if (!isOnline) throw new AppError('download.failed');
        return stepsOf(preview);
      },
    });
    const client = openTestPanel({}, {}, core).connect();
    const instructions = 'You are kind.';
    const secrets = { providerKey: 'sk-given-once' };
    const first = await client.call('deployment.preview', {
      draftId,
      spec: { ...spec, instructions, provider: 'openrouter' },
      secrets,
    });
    await client.call('deployment.start', { previewId: first.previewId });
    await expect.poll(() => client.events('run.happened').at(-1)).toMatchObject({ type: 'run.failed' });
    const again = await client.call('deployment.again', {
      draftId,
      instanceId,
      secrets: { sudoPassword: 'sudo-given-later' },
    });
    expect(asked[1]?.spec).toMatchObject({ name: 'research', instructions });
    expect(asked[1]?.options.secrets?.providerKey?.reveal()).toBe('sk-given-once');
    expect(asked[1]?.options.secrets?.sudoPassword?.reveal()).toBe('sudo-given-later');
    isOnline = true;
    await client.call('deployment.start', { previewId: again.previewId });
    await expect.poll(() => client.events('run.happened').at(-1)).toMatchObject({ type: 'run.succeeded' });
    await client.call('deployment.again', { draftId, instanceId });
    expect(asked[2]?.options.secrets).toEqual({});
    expect(asked[2]?.spec).toMatchObject({ name: 'research', version: '2026.9.6', target: anInstance().target });
  });

  it('is made again as it was asked for, also by a program that was not there then', async () => {
    const wanted = { instructions: 'You are kind.', firewall: true, telemetry: true, installer: 'official' as const };
    const { core, asked } = watchPreviews({ instances: [anInstance(wanted)] });
    const client = openTestPanel({}, {}, core).connect();
    await client.call('deployment.again', { draftId, instanceId });
    expect(asked[0]?.spec).toMatchObject({ ...wanted, name: 'research', version: '2026.9.6' });
    expect(JSON.stringify(await client.call('instance.list', {}))).not.toContain('You are kind');
  });

  it('names the secrets that only an ended program had', async () => {
    const lost = { phase: 'deploying' as const, provider: 'anthropic' as const, telegram: true };
    const { core } = watchPreviews({ instances: [anInstance(lost)] });
    const client = openTestPanel({}, {}, core).connect();
    const first = await client.call('deployment.again', { draftId, instanceId });
    expect(first.missing).toEqual(['providerKey', 'telegramToken']);
    const secrets = { providerKey: 'sk-given-again' };
    expect((await client.call('deployment.again', { draftId, instanceId, secrets })).missing).toEqual([
      'telegramToken',
    ]);
    const { core: whole } = watchPreviews({
      instances: [anInstance({ ...lost, phase: 'deployed', providerKeyFingerprint: 'f' })],
    });
    const other = openTestPanel({}, {}, whole).connect();
    expect((await other.call('deployment.again', { draftId, instanceId })).missing).toEqual([]);
  });

  it('of what is not there is refused', async () => {
    const client = openTestPanel({ instances: [] }).connect();
    expect(await client.refused('deployment.again', { draftId, instanceId })).toMatchObject({
      code: 'instance.unknown',
    });
    expect(await client.refused('removal.preview', { instanceId, purge: false })).toMatchObject({
      code: 'instance.unknown',
    });
  });
});

describe('what is watched', () => {
  it('is told to those who watch, until the last of their views stops', async () => {
    const { connect, core } = openTestPanel();
    const [client, other] = [connect(), connect()];
    expect(await client.call('instance.watch', { instanceId })).toEqual({ history: [SAMPLE] });
    await client.call('instance.watch', { instanceId });
    core.tellSample(SAMPLE);
    await client.call('instance.unwatch', { instanceId });
    core.tellStatus({ state: 'stopped', because: 'It was stopped.' });
    await client.call('instance.unwatch', { instanceId });
    await client.call('instance.unwatch', { instanceId });
    core.tellSample(SAMPLE);
    expect(client.events('instance.sampled')).toEqual([{ instanceId, sample: SAMPLE }]);
    expect(client.events('instance.statusChanged')).toMatchObject([{ state: 'running' }, { state: 'stopped' }]);
    expect(other.messages).toEqual([]);
    expect(core.openLinks).toBe(0);
  });

  it('of the records is told to everybody', () => {
    const { connect, core } = openTestPanel();
    const client = connect();
    core.change('instances');
    core.change('runs');
    expect(client.messages).toMatchObject([{ event: 'instance.listChanged' }, { event: 'run.listChanged' }]);
  });
});

describe('a token', () => {
  it('is not copied by a door without a clipboard', async () => {
    expect(await openTestPanel().connect().refused('secret.copy', { instanceId, confirmed: true })).toMatchObject({
      code: 'usage.invalid',
    });
  });
});

describe('a notice', () => {
  it('that is said before there is a page is heard by the first one, once', () => {
    const { panel, connect } = openTestPanel();
    panel.announce('app.noticed', { level: 'warn', message: 'A record was set aside.' });
    const [first, second] = [connect(), connect()];
    expect(first.events('app.noticed')).toEqual([{ level: 'warn', message: 'A record was set aside.' }]);
    expect(second.events('app.noticed')).toEqual([]);
  });
});
