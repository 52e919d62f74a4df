import { AppError } from '../../shared/app-error.ts';
import { chooseSubnet, type InstanceSubnet } from '../openclaw/subnet-choice.ts';
import type { Seat } from '../steps/docker/seat.ts';

/** As OpenClaw's own fleet counts. */
const FIRST_PORT = 19_100;
const LAST_PORT = 29_999;

/** What others have on an engine and its machine. */
export interface Survey {
  readonly ports: ReadonlySet<number>;
  readonly subnets: readonly string[];
  /** Asked for a port that is in nobody's list. */
  isPortFree(port: number): Promise<boolean>;
}

/** What plans of this process that are not carried out yet have chosen, one engine at a time. */
export interface SeatBook {
  /** One after another for the same engine. */
  choose<T>(engine: string, work: (held: Held) => Promise<T>): Promise<T>;
}
interface Held {
  readonly ports: Set<number>;
  readonly subnets: Set<string>;
}

export function createSeatBook(): SeatBook {
  const engines = new Map<string, { readonly held: Held; last: Promise<unknown> }>();
  return {
    choose(engine, work) {
      const entry = engines.get(engine) ?? {
        held: { ports: new Set<number>(), subnets: new Set<string>() },
        last: Promise.resolve(),
      };
      engines.set(engine, entry);
      const mine = entry.last.then(() => work(entry.held));
      entry.last = mine.catch(() => undefined);
      return mine;
    },
  };
}

export interface SeatOptions {
  readonly book: SeatBook;
  /** Names the engine in the book. */
  readonly engine: string;
  /** What the record, or what is on the engine, says already. */
  readonly known: { readonly port?: number; readonly subnet?: InstanceSubnet };
  /** Those who sign in know the instance by its port: it never changes by itself. */
  readonly isPortSettled: boolean;
  /** Where networks are looked for. Default: the range of the house. */
  readonly range?: string | undefined;
  /** Any number of the instance's own. */
  readonly seed: number;
  readonly survey: (signal: AbortSignal) => Promise<Survey>;
  readonly keep: (seat: { readonly port: number; readonly subnet: InstanceSubnet }, engineId: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Disposing gives up what the book holds for it: by then it is on the engine, or never will be. */
export interface TakenSeat extends Seat, AsyncDisposable {}

/** @throws AppError `engine.subnet-taken`, `engine.port-taken` where nothing is free */
export async function takeSeat(options: SeatOptions): Promise<TakenSeat> {
  const { book, engine, known, seed, survey, isPortSettled } = options;
  const mine = { ports: new Set<number>(), subnets: new Set<string>() };
  let engineId: string | undefined;

  const hold = (held: Held, chosen: { readonly port?: number; readonly subnet?: InstanceSubnet }): void => {
    if (chosen.port !== undefined) {
      held.ports.add(chosen.port);
      mine.ports.add(chosen.port);
    }
    if (chosen.subnet !== undefined) {
      held.subnets.add(chosen.subnet.subnet);
      mine.subnets.add(chosen.subnet.subnet);
    }
  };
  const findPort = (signal: AbortSignal): Promise<number> =>
    book.choose(engine, async (held) => {
      const found = await choosePort(held.ports, await survey(signal));
      hold(held, { port: found });
      return found;
    });
  const findSubnet = (signal: AbortSignal): Promise<InstanceSubnet> =>
    book.choose(engine, async (held) => {
      // What was tried is held until the end, so that it is not tried again.
      const found = chooseSubnet([...(await survey(signal)).subnets, ...held.subnets], seed, options.range);
      hold(held, { subnet: found });
      return found;
    });

  let port = known.port ?? (await findPort(options.signal));
  let subnet = known.subnet ?? (await findSubnet(options.signal));

  const keepAgain = async (): Promise<void> => {
    if (engineId !== undefined) await options.keep({ port, subnet }, engineId);
  };
  return {
    get port() {
      return port;
    },
    get subnet() {
      return subnet;
    },
    async keep(id) {
      engineId = id;
      await keepAgain();
    },
    async movePort(signal) {
      if (isPortSettled) {
        throw new AppError('engine.port-taken', {
          message: `Port ${String(port)} is taken by another program.`,
          details: { port },
        });
      }
      port = await findPort(signal);
      await keepAgain();
    },
    async moveSubnet(signal) {
      await book.choose(engine, (held) => {
        hold(held, { subnet });
        return Promise.resolve();
      });
      subnet = await findSubnet(signal);
      await keepAgain();
    },
    [Symbol.asyncDispose]: () =>
      book.choose(engine, (held) => {
        for (const one of mine.ports) held.ports.delete(one);
        for (const one of mine.subnets) held.subnets.delete(one);
        return Promise.resolve();
      }),
  };
}

async function choosePort(held: ReadonlySet<number>, survey: Survey): Promise<number> {
  for (let port = FIRST_PORT; port <= LAST_PORT; port += 1) {
    if (!held.has(port) && !survey.ports.has(port) && (await survey.isPortFree(port))) return port;
  }
  throw new AppError('engine.port-taken', { message: 'No port is free for another instance.' });
}
