import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallName } from '../../../shared/contract/contract.ts';
import type { PreviewView } from '../../../shared/contract/deployment.ts';
import { CallError, type Client } from '../../client.ts';
import { fromCatalogue } from '../../client/call-error.ts';

vi.stubGlobal('localStorage', { getItem: () => null });
vi.stubGlobal('navigator', { platform: '' });
const { ask, dispatch, enter, stopAsking, useWizards } = await import('./wizard-store.ts');

const preview = { previewId: 'r-1', findings: [], steps: [] } as unknown as PreviewView;

/** A door whose previews are answered when the test says so. */
function createDoor(): {
  readonly client: Client;
  readonly asked: { readonly name: CallName; readonly input: unknown }[];
  answer(): Promise<void>;
  refuse(): Promise<void>;
} {
  const asked: { name: CallName; input: unknown }[] = [];
  let pending: { resolve(preview: PreviewView): void; reject(error: unknown): void } | undefined;
  const settled = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 0));
  const call = (name: CallName, input: unknown): Promise<unknown> => {
    asked.push({ name, input });
    if (name !== 'deployment.preview') return Promise.resolve(null);
    return new Promise<PreviewView>((resolve, reject) => {
      pending = { resolve, reject };
    });
  };
  return {
    client: { call } as unknown as Client,
    asked,
    answer: () => (pending?.resolve(preview), settled()),
    refuse: () => (pending?.reject(new CallError(fromCatalogue('run.cancelled'))), settled()),
  };
}

beforeEach(() => dispatch('local', { type: 'dropped' }));

describe('a preview of the wizard', () => {
  it('that comes when nobody waits for it any more is given back', async () => {
    const door = createDoor();
    ask(door.client, 'local', 'look');
    stopAsking(door.client, 'local');
    dispatch('local', { type: 'dropped' });
    await door.answer();
    expect(door.asked.map(({ name }) => name)).toEqual([
      'deployment.preview',
      'deployment.abandon',
      'deployment.discard',
    ]);
    expect(door.asked.at(-1)?.input).toEqual({ previewId: 'r-1' });
  });

  it('that is waited for is kept', async () => {
    const door = createDoor();
    ask(door.client, 'local', 'look');
    await door.answer();
    expect(door.asked.map(({ name }) => name)).toEqual(['deployment.preview']);
    expect(useWizards.getState().local.look).toEqual({ is: 'answered', preview });
  });

  it('is given back when something is typed that it was not made for', async () => {
    const door = createDoor();
    ask(door.client, 'local', 'plan');
    await door.answer();
    enter(door.client, 'local', { name: 'atlas' });
    expect(door.asked.at(-1)).toEqual({ name: 'deployment.discard', input: { previewId: 'r-1' } });
    expect(useWizards.getState().local).toMatchObject({ draft: { name: 'atlas' }, plan: { is: 'not-asked' } });
    enter(door.client, 'local', { name: 'atlas-2' });
    expect(door.asked).toHaveLength(2);
  });

  it('is kept when what is typed has nothing to do with it', async () => {
    const door = createDoor();
    ask(door.client, 'local', 'look');
    await door.answer();
    enter(door.client, 'local', { name: 'atlas' });
    expect(door.asked.map(({ name }) => name)).toEqual(['deployment.preview']);
    enter(door.client, 'local', { host: 'a.example.org' });
    expect(door.asked.at(-1)?.name).toBe('deployment.discard');
  });

  it('that is still asked for is given up when something is typed', () => {
    const door = createDoor();
    ask(door.client, 'local', 'plan');
    enter(door.client, 'local', { name: 'atlas' });
    expect(door.asked.at(-1)?.name).toBe('deployment.abandon');
  });

  it('that the person gave up is no error to come back to', async () => {
    const door = createDoor();
    ask(door.client, 'local', 'look');
    stopAsking(door.client, 'local');
    await door.refuse();
    expect(useWizards.getState().local.look).toEqual({ is: 'not-asked' });
  });
});
