import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { ResourceLimits } from '../../../shared/model/resources.ts';
import type { Step } from '../step.ts';
import { describeLimits } from './container.ts';
import type { Berth } from './seat.ts';

/** Raised or lowered while it runs. */
export function containerLimitsStep({ engine, layout }: Berth, limits: ResourceLimits): Step {
  const name = layout.container;
  return {
    id: 'limits',
    title: 'Change its memory and processors',
    facts: [],
    timeoutMs: 60_000,
    async check({ signal }) {
      const found = await (await engine.open(signal)).containers.find(name, { signal });
      if (found === undefined) throw new AppError('container.gone');
      const isSame = found.memoryBytes === limits.memoryBytes && Math.abs(found.cpus - limits.cpus) < 0.001;
      return isSame ? satisfied('the container has these limits') : needed('the container has other limits');
    },
    async apply({ act, signal }) {
      const there = await engine.open(signal);
      const { memoryBytes, cpus } = limits;
      await act(describeLimits(limits), (limit) =>
        there.containers.update(name, { memoryBytes, cpus }, { signal: limit }),
      );
    },
  };
}
