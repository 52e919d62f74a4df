import { AppError, isAppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { labelNames } from '../../openclaw/container-layout.ts';
import type { Labels } from '../../container-engine/container-engine.ts';
import type { Step } from '../step.ts';
import type { Berth } from './seat.ts';

/** Others may take the same range at the same moment, again and again: as often as instances are made at once. */
const TRIES = 24;

/** A network of its own: what runs in another instance is not reachable from there. */
export function networkStep({ layout, engine, seat, labels }: Berth): Step {
  return {
    id: 'network',
    title: 'Make a network of its own',
    facts: [],
    timeoutMs: 2 * 60_000,
    async check({ signal }) {
      const there = await engine.find(signal);
      if (there === undefined) return needed('there is no Docker engine yet');
      const found = await there.networks.find(layout.network, { signal });
      if (found === undefined) return needed(`there is no network ${layout.network} yet`);
      expectOurs('network', layout.network, found.labels, labels);
      return satisfied(`the network ${found.subnets.join(', ')} is there`);
    },
    async apply({ act, note, signal }) {
      const there = await engine.open(signal);
      const { id } = await there.look({ signal });
      for (let tried = 1; ; tried += 1) {
        const { subnet, gateway } = seat.subnet;
        try {
          await act(`Making the network ${layout.network} (${subnet})`, (limit) =>
            there.networks.create({ name: layout.network, labels, subnet, gateway }, { signal: limit }),
          );
          break;
        } catch (error) {
          if (!isAppError(error, 'engine.subnet-taken') || tried === TRIES) throw error;
          await seat.moveSubnet(signal);
          note(`${subnet} was taken in this moment: ${seat.subnet.subnet} is tried`);
        }
      }
      await act('Keeping where it is', () => seat.keep(id));
    },
  };
}

/** @throws AppError `engine.conflict` where somebody else's object has this name */
export function expectOurs(what: string, name: string, found: Labels, labels: Labels): void {
  const owner = found[labelNames.instance];
  if (owner === labels[labelNames.instance]) return;
  throw new AppError('engine.conflict', {
    message:
      owner === undefined
        ? `There is a ${what} named ${name} on the engine that Hardshell did not make.`
        : `The ${what} ${name} on the engine belongs to another instance (${found[labelNames.name] ?? owner}).`,
    details: { what, name },
  });
}
