import { join } from 'node:path';
import { AppError, isAppError, toAppError, type AppError as Problem } from '../../shared/app-error.ts';
import { alertPolicySchema, type AlertChannel, type AlertPolicy } from '../../shared/model/alert.ts';
import { isSameName } from '../../shared/model/ids.ts';
import type { Secret } from '../../shared/secret.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { blankMarks, type AlertMarks, type KeptPolicy } from '../state/alert-records.ts';
import type { StateStore } from '../state/state-store.ts';
import { withFileLock } from '../system/file-lock.ts';
import { watchRecords } from '../state/watch-records.ts';
import { forgetAlerts, openAlertBook } from './alert-book.ts';
import type { AlertPace, Alerts, AlertTest, AlertWatchOptions } from '../api-alerts.ts';
import { watchAlerts } from './alert-watch.ts';
import { createLooks, type LookServices } from './looks.ts';
import { keepPolicy, showSettings } from './policy-keeping.ts';
import { sendTelegram, sendWebhook, type Outgoing } from './send.ts';
import { createTeller, type Channel } from './teller.ts';
import { Watcher, type WatcherServices } from './watcher.ts';
import { rememberStopped } from './stopped-here.ts';

export interface AlertServices extends Omit<LookServices, 'marks' | 'listBackups'> {
  readonly state: StateStore;
  readonly secrets: SecretStore;
  readonly openLink: WatcherServices['openLink'];
  readonly telegramApi?: string;
  readonly onProblem: (error: Problem) => void;
  readonly pace?: AlertPace;
}

/** Until somebody has chosen: the app that is open tells of what is bad, because a gateway that is down is to be noticed. */
const noPolicy: KeptPolicy = { policy: alertPolicySchema.parse({ desktop: true }) };

/** What the doors ask of alerts. */
export function createAlerts(services: AlertServices): Alerts {
  const { state, secrets, now, onProblem, telegramApi, pace = {} } = services;
  const { alertPolicy, alertMarks, layout } = state;

  const readKept = async (): Promise<KeptPolicy> => (await alertPolicy.read()) ?? noPolicy;
  const readPolicy = async (): Promise<AlertPolicy> => (await readKept()).policy;
  const readMarks = async (): Promise<AlertMarks> => (await alertMarks.read()) ?? blankMarks;
  const readSecret = async (ref: KeptPolicy['webhookUrl']): Promise<Secret> => {
    if (ref === undefined) throw new AppError('secrets.missing');
    return await secrets.get(ref);
  };
  const markTrouble = async (channel: AlertChannel, error: Problem | undefined): Promise<void> => {
    const known = (await readMarks()).trouble[channel];
    if (error === undefined ? known === undefined : known?.code === error.code && known.message === error.message)
      return;
    await alertMarks.update((old = blankMarks) => {
      const others = Object.fromEntries(Object.entries(old.trouble).filter(([name]) => name !== channel));
      if (error === undefined) return { ...old, trouble: others };
      const { code, message } = error;
      return { ...old, trouble: { ...others, [channel]: { at: new Date(now()).toISOString(), code, message } } };
    });
  };

  /** Held by the one door that watches. */
  const lockFile = join(layout.dataDir, 'alert-watch.lock');
  /** Where nobody is told nobody looks, and what is on would never be seen to be over. */
  const forgetUnheard = async (): Promise<void> => {
    const { desktop, telegram: chat, webhook: hook } = await readPolicy();
    if (desktop || chat !== undefined || hook !== undefined) return;
    await forgetAlerts(state.alerts, ({ clearedAt }) => clearedAt === undefined);
  };

  const telegram: Channel = {
    name: 'telegram',
    isShared: false,
    isOn: (policy) => policy.telegram !== undefined,
    async send(outgoing, signal) {
      const { policy, telegramToken } = await readKept();
      if (policy.telegram === undefined) return;
      const token = await readSecret(telegramToken);
      const api = telegramApi === undefined ? {} : { api: telegramApi };
      await sendTelegram({ token, chat: policy.telegram.chat, ...api }, outgoing, { signal });
    },
  };
  const webhook: Channel = {
    name: 'webhook',
    isShared: false,
    isOn: (policy) => policy.webhook !== undefined,
    async send(outgoing, signal) {
      const { policy, webhookUrl } = await readKept();
      if (policy.webhook === undefined) return;
      await sendWebhook({ url: await readSecret(webhookUrl), format: policy.webhook.format }, outgoing, { signal });
    },
  };
  const desktopOf = (notify: NonNullable<AlertWatchOptions['notify']>): Channel => ({
    name: 'desktop',
    isShared: true,
    isOn: ({ desktop }) => desktop,
    async send({ message, event, alerts }) {
      const isChosen = event === 'test' || (await alertPolicy.read()) !== undefined;
      if (isChosen || alerts.some(({ level }) => level === 'bad')) notify(message.title, message.body);
    },
  });
  const tellerOf = (channels: readonly Channel[]) =>
    createTeller({ records: state.alerts, channels, readPolicy, markTrouble, now });

  return {
    async list(name) {
      const all = (await state.alerts.list()).filter((one) => name === undefined || isSameName(one.instanceName, name));
      const at = (text: string): number => Date.parse(text);
      return all.toSorted((a, b) => {
        if ((a.clearedAt === undefined) !== (b.clearedAt === undefined)) return a.clearedAt === undefined ? -1 : 1;
        return at(b.clearedAt ?? b.since) - at(a.clearedAt ?? a.since);
      });
    },
    settings: async () => showSettings(await readKept(), await readMarks()),
    async set(policy, given = {}) {
      const kept = await keepPolicy({ record: alertPolicy, secrets }, policy, given);
      // What stood in the way before may be mended: it is said again when it is not.
      await alertMarks.update((old = blankMarks) => ({ ...old, trouble: {} }));
      await withFileLock(lockFile, forgetUnheard, { waitMs: 0 }).catch((error: unknown) => {
        // Somebody watches, and does so when that ends.
        if (!isAppError(error, 'state.busy')) throw error;
      });
      return showSettings(kept, await readMarks());
    },
    async test({ notify, signal = new AbortController().signal } = {}) {
      const policy = await readPolicy();
      const channels = [telegram, webhook, ...(notify === undefined ? [] : [desktopOf(notify)])];
      const wanted = channels.filter(({ isOn }) => isOn(policy));
      if (wanted.length === 0) throw new AppError('alert.no-channel');
      return await Promise.all(
        wanted.map(async ({ name, send }): Promise<AlertTest> => {
          try {
            await send(testMessage, signal);
            await markTrouble(name, undefined);
            return { channel: name };
          } catch (error) {
            signal.throwIfAborted();
            const problem = toAppError(error);
            await markTrouble(name, problem);
            return { channel: name, problem };
          }
        }),
      );
    },
    watch({ notify, always = false, isAtHand = () => true } = {}) {
      const isWanted = async (): Promise<boolean> => {
        const kept = await alertPolicy.read();
        const { desktop, telegram: chat, webhook: hook } = (kept ?? noPolicy).policy;
        if (always || chat !== undefined || hook !== undefined) return true;
        return desktop && notify !== undefined && (kept !== undefined || isAtHand());
      };
      const openWatcher = async (): Promise<Watcher> =>
        new Watcher({
          book: await openAlertBook(state.alerts, now),
          looks: createLooks({
            ...services,
            marks: alertMarks,
            listBackups: () => state.backups.list(),
            ...(pace.lookMs === undefined ? {} : { atLeastEveryMs: pace.lookMs }),
          }),
          listInstances: () => state.instances.list(),
          openLink: services.openLink,
          readMarks,
          forgetStopped: (id) => rememberStopped(alertMarks, id, false),
          readRun: services.readRun,
          now,
          onProblem,
          ...(pace.limits === undefined ? {} : { limits: pace.limits }),
        });
      return watchAlerts({
        lockFile,
        readPolicy,
        isWanted,
        openWatcher,
        onEnd: forgetUnheard,
        teller: tellerOf([telegram, webhook]),
        ownTeller: notify === undefined ? undefined : tellerOf([desktopOf(notify)]),
        onRecords: (listener) =>
          watchRecords(layout, (what) => (what === 'alerts' ? listener() : undefined), onProblem),
        onProblem,
        ...(pace.tickMs === undefined ? {} : { tickMs: pace.tickMs }),
        ...(pace.turnMs === undefined ? {} : { turnMs: pace.turnMs }),
      });
    },
  };
}

const testMessage: Outgoing = {
  event: 'test',
  message: { title: 'Hardshell: a test', body: 'Alerts arrive here.', level: 'ok' },
  alerts: [],
};
