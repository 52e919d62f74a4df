import { toAppError, type AppError } from '../../shared/app-error.ts';
import { describeAlert, describeMany, isEndTold, isQuietAt, type AlertMessage } from '../../shared/alert-words.ts';
import type { Alert, AlertChannel, AlertKind, AlertPolicy } from '../../shared/model/alert.ts';
import type { Collection } from '../state/collection.ts';
import { alertIdOf } from './alert-book.ts';
import type { Outgoing } from './send.ts';

/** Where messages go, in one way. */
export interface Channel {
  readonly name: AlertChannel;
  readonly isOn: (policy: AlertPolicy) => boolean;
  /**
   * Whether several doors have it: then each alert is claimed before it is told, so that one of them tells it. One that only the
   * watcher has is told first: a message too many is better than one too few.
   */
  readonly isShared: boolean;
  readonly send: (outgoing: Outgoing, signal: AbortSignal) => Promise<void>;
}

export interface TellerServices {
  readonly records: Collection<Alert>;
  readonly channels: readonly Channel[];
  readonly readPolicy: () => Promise<AlertPolicy>;
  /** Keeps why a channel could not be told; undefined: it could. */
  readonly markTrouble: (channel: AlertChannel, error: AppError | undefined) => Promise<void>;
  readonly now: () => number;
}

export interface Teller {
  /** Tells what has not been told. Calls that meet are one after another. */
  flush(signal: AbortSignal): Promise<void>;
}

/** More at once are one message: what takes a whole machine away is no reason for fifty. */
const MOST_SINGLE = 4;
/** Before a channel that did not take a message is tried again; the last one counts for all that follow. */
const CHANNEL_AGAIN_MS: readonly number[] = [60_000, 2 * 60_000, 5 * 60_000, 15 * 60_000, 30 * 60_000];
/** What was kept back and is over is worth telling for so long. */
const STALE_MS = 24 * 3600_000;

/** Nobody is answered, whichever of them it is: of a machine that is away nobody knows how its gateway is. */
const LOUD_KINDS: ReadonlySet<AlertKind> = new Set(['gateway-down', 'machine-unreachable', 'restart-loop']);

export function createTeller(services: TellerServices): Teller {
  const { records, channels, readPolicy, markTrouble, now } = services;
  const failures = new Map<AlertChannel, { count: number; notBeforeMs: number }>();
  let last = Promise.resolve();

  const tell = async (channel: Channel, outgoing: Outgoing, signal: AbortSignal): Promise<boolean> => {
    const { name, isShared, send } = channel;
    try {
      if (isShared) {
        const mine = await claim(records, name, outgoing.alerts);
        if (mine.length === 0) return true;
        await send(mine.length === outgoing.alerts.length ? outgoing : outgoingOf(mine, outgoing.event), signal);
      } else {
        await send(outgoing, signal);
        await claim(records, name, outgoing.alerts);
      }
      failures.delete(name);
      await markTrouble(name, undefined);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const count = (failures.get(name)?.count ?? 0) + 1;
      const waitMs = CHANNEL_AGAIN_MS[Math.min(count, CHANNEL_AGAIN_MS.length) - 1] ?? 0;
      failures.set(name, { count, notBeforeMs: now() + waitMs });
      await markTrouble(name, toAppError(error));
      return false;
    }
  };

  const tellChannel = async (
    channel: Channel,
    alerts: readonly Alert[],
    policy: AlertPolicy,
    signal: AbortSignal,
  ): Promise<void> => {
    if ((failures.get(channel.name)?.notBeforeMs ?? 0) > now()) return;
    const isQuiet = isQuietAt(policy.quiet, new Date(now()).getHours());
    const wanted = alerts.filter((alert) => isUntold(alert, channel.name, now()));
    const loud = ({ kind }: Alert): boolean => LOUD_KINDS.has(kind) && policy.quiet?.tellDown === true;
    const ready = isQuiet ? wanted.filter(loud) : wanted;
    if (isQuiet) {
      for (const alert of wanted)
        if (!loud(alert) && alert.heldBack !== true && alert.clearedAt === undefined)
          await records.update(alertIdOf(alert), (old = alert) => ({ ...old, heldBack: true }));
    }
    const held = isQuiet
      ? []
      : ready.filter(({ heldBack, told }) => heldBack === true && !told.fired.includes(channel.name));
    const others = ready.filter((alert) => !held.includes(alert));
    const batches: Outgoing[] = [
      ...(held.length > 0 ? [outgoingOf(held, 'summary', 'quiet')] : []),
      ...(others.length > MOST_SINGLE ? [outgoingOf(others, 'summary')] : others.map((alert) => outgoingOf([alert]))),
    ];
    for (const outgoing of batches) if (!(await tell(channel, outgoing, signal))) return;
  };

  return {
    flush(signal) {
      last = last.then(async () => {
        const alerts = await records.list();
        const policy = await readPolicy();
        await Promise.all(
          channels.filter(({ isOn }) => isOn(policy)).map((channel) => tellChannel(channel, alerts, policy, signal)),
        );
      });
      const mine = last;
      // The next one is not kept from telling by what went wrong with this one.
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Of what is over only that is told which somebody was told of, or would have been but for quiet hours. */
function isUntold({ told, clearedAt, kind, heldBack }: Alert, channel: AlertChannel, nowMs: number): boolean {
  if (clearedAt === undefined) return !told.fired.includes(channel);
  if (told.cleared.includes(channel)) return false;
  if (told.fired.includes(channel)) return isEndTold(kind);
  return heldBack === true && nowMs - Date.parse(clearedAt) < STALE_MS;
}

function outgoingOf(alerts: readonly Alert[], event: Outgoing['event'] = 'fired', why?: 'quiet'): Outgoing {
  const [first] = alerts;
  if (first !== undefined && alerts.length === 1 && event !== 'summary')
    return { event: first.clearedAt === undefined ? 'fired' : 'cleared', message: describeAlert(first), alerts };
  const message: AlertMessage = describeMany(alerts, why === 'quiet');
  return { event: 'summary', message, alerts };
}

/** Those that this caller is the first to tell. */
async function claim(records: Collection<Alert>, channel: AlertChannel, alerts: readonly Alert[]): Promise<Alert[]> {
  const mine: Alert[] = [];
  for (const alert of alerts) {
    const claimed: Alert[] = [];
    const current = await records.get(alertIdOf(alert));
    // It went away, or is another one by now: that one is told in its turn.
    if (current?.since !== alert.since || current.clearedAt !== alert.clearedAt || current.level !== alert.level)
      continue;
    await records.update(alertIdOf(alert), (old = alert) => {
      const { fired, cleared } = old.told;
      if (!(alert.clearedAt === undefined ? fired : cleared).includes(channel)) claimed.push(alert);
      const with_ = (list: readonly AlertChannel[]): AlertChannel[] => [...new Set([...list, channel])];
      const told = { fired: with_(fired), cleared: alert.clearedAt === undefined ? cleared : with_(cleared) };
      return { ...old, told };
    });
    mine.push(...claimed);
  }
  return mine;
}
