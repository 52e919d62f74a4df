import { layoutCanary } from '../../openclaw/container-layout.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Step } from '../step.ts';
import { endContainer } from './container.ts';
import { STOP_SECONDS } from '../../openclaw/container-spec.ts';
import { expectOurs } from './network.ts';
import type { Berth } from './seat.ts';

/** The end of a removal: what is not there any more needs no engine. */
export function absentContainerStep({ engine, layout, labels }: Berth): Step {
  const name = layout.container;
  return {
    id: 'container',
    title: 'Stop and remove the container',
    facts: [],
    timeoutMs: STOP_SECONDS * 1000 + 2 * 60_000,
    async check({ signal }) {
      const found = await (await engine.find(signal))?.containers.find(name, { signal });
      if (found === undefined) return satisfied('there is no such container');
      expectOurs('container', name, found.labels, labels);
      return needed(`the container ${name} is there`, 'restart');
    },
    async apply({ act, note, signal }) {
      const there = await engine.open(signal);
      const found = await there.containers.find(name, { signal });
      if (found !== undefined) await endContainer({ act, note }, there, found);
    },
  };
}

export function absentNetworkStep({ engine, layout, labels }: Berth): Step {
  return {
    id: 'network',
    title: 'Remove its network',
    facts: [],
    timeoutMs: 60_000,
    async check({ signal }) {
      const found = await (await engine.find(signal))?.networks.find(layout.network, { signal });
      if (found === undefined) return satisfied('there is no such network');
      expectOurs('network', layout.network, found.labels, labels);
      return needed(`the network ${layout.network} is there`);
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      await act(`Removing the network ${layout.network}`, (limit) =>
        there.networks.remove(layout.network, { signal: limit }),
      );
    },
  };
}

/** Kept volumes are found again by their labels when an instance of that name is deployed on this engine. */
export function volumesGoneStep({ engine, layout, labels }: Berth, purge: boolean): Step {
  const names = [layout.stateVolume, layout.secretsVolume, layout.backupsVolume];
  const canary = layoutCanary(layout);
  const copies = [canary.stateVolume, canary.secretsVolume];
  return {
    id: 'state',
    title: purge ? 'Delete all data of OpenClaw' : 'Keep its data',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      if (there === undefined) return satisfied('there is no engine that could hold data');
      const found = await Promise.all(names.map((name) => there.volumes.find(name, { signal })));
      const kept = found.filter((volume) => volume !== undefined);
      if (kept.length === 0) return satisfied('there is no data');
      if (!purge) return satisfied(`kept in the volumes ${kept.map(({ name }) => name).join(', ')}`);
      for (const { name, labels: theirs } of kept) expectOurs('volume', name, theirs, labels);
      return needed(`the volumes ${kept.map(({ name }) => name).join(', ')} are there`, 'data-loss');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      // What a backup or a trial has left behind, because it was cut short, holds on to them.
      for (const name of [layout.backupContainer, canary.backupContainer, canary.container]) {
        const left = await there.containers.find(name, { signal });
        if (left === undefined) continue;
        expectOurs('container', left.name, left.labels, labels);
        await act(`Removing the container ${left.name}`, (limit) =>
          there.containers.remove(left.name, { signal: limit }),
        );
      }
      for (const name of [...names, ...copies])
        await act(`Deleting the volume ${name}`, (limit) => there.volumes.remove(name, { signal: limit }));
    },
  };
}
