import {
  alertKinds,
  alertPolicySchema,
  botTokenSchema,
  telegramChatSchema,
  webhookFormatSchema,
  webhookUrlSchema,
  type AlertKind,
  type AlertSettings,
} from '../../../shared/model/alert.ts';
import type { CallInput } from '../../../shared/contract/contract.ts';
import { text } from '../../text/index.ts';

const words = text.alerts;

/** The form, as it is typed. */
export interface AlertDraft {
  readonly desktop: boolean;
  readonly telegram: boolean;
  readonly chat: string;
  /** Empty: the one that is kept. */
  readonly token: string;
  readonly webhook: boolean;
  readonly format: string;
  readonly url: string;
  readonly quiet: boolean;
  readonly from: number;
  readonly to: number;
  readonly tellDown: boolean;
  readonly told: Readonly<Record<AlertKind, boolean>>;
  readonly disk: string;
  readonly memory: string;
  readonly days: string;
  readonly cap: string;
}

export type AlertErrors = Readonly<
  Partial<Record<'chat' | 'token' | 'url' | 'quiet' | 'disk' | 'memory' | 'days' | 'cap', string>>
>;

const EVENING = 22;
const MORNING = 7;

export function readAlerts(settings: AlertSettings | undefined): AlertDraft {
  const policy = settings?.policy ?? alertPolicySchema.parse({});
  const { limits, quiet } = policy;
  return {
    desktop: policy.desktop,
    telegram: policy.telegram !== undefined,
    chat: policy.telegram?.chat ?? '',
    token: '',
    webhook: policy.webhook !== undefined,
    format: policy.webhook?.format ?? 'ntfy',
    url: '',
    quiet: quiet !== undefined,
    from: quiet?.from ?? EVENING,
    to: quiet?.to ?? MORNING,
    tellDown: quiet?.tellDown ?? false,
    told: Object.fromEntries(alertKinds.map((kind) => [kind, !policy.off.includes(kind)])) as Record<
      AlertKind,
      boolean
    >,
    disk: String(limits.diskPercent),
    memory: String(limits.memoryPercent),
    days: String(limits.certificateDays),
    cap: policy.spendCapUsd === undefined ? '' : String(policy.spendCapUsd),
  };
}

/** @param stored what is kept already does not have to be typed */
export function checkAlerts(draft: AlertDraft, stored: AlertSettings | undefined): AlertErrors {
  const hasToken = stored?.policy.telegram !== undefined && draft.token === '';
  const hasUrl = stored?.policy.webhook !== undefined && draft.url === '';
  const within = (typed: string, least: number, most: number): boolean =>
    /^\d+$/.test(typed.trim()) && Number(typed) >= least && Number(typed) <= most;
  const wrong: [keyof AlertErrors, boolean, string][] = [
    ['chat', draft.telegram && !telegramChatSchema.safeParse(draft.chat.trim()).success, words.chatWrong],
    ['token', draft.telegram && !hasToken && !botTokenSchema.safeParse(draft.token.trim()).success, words.tokenWrong],
    ['url', draft.webhook && !hasUrl && !webhookUrlSchema.safeParse(draft.url.trim()).success, words.urlWrong],
    ['quiet', draft.quiet && draft.from === draft.to, words.quietWrong],
    ['disk', !within(draft.disk, 50, 99), words.percentWrong],
    ['memory', !within(draft.memory, 50, 99), words.percentWrong],
    ['days', !within(draft.days, 1, 60), words.daysWrong],
    ['cap', draft.cap.trim() !== '' && readCap(draft.cap) === undefined, words.capWrong],
  ];
  return Object.fromEntries(wrong.filter(([, isWrong]) => isWrong).map(([field, , message]) => [field, message]));
}

export function buildAlerts(draft: AlertDraft): CallInput<'alert.set'> {
  const cap = readCap(draft.cap);
  const [token, url] = [draft.token.trim(), draft.url.trim()];
  return {
    policy: {
      desktop: draft.desktop,
      ...(draft.telegram ? { telegram: { chat: draft.chat.trim() } } : {}),
      ...(draft.webhook ? { webhook: { format: webhookFormatSchema.parse(draft.format) } } : {}),
      ...(draft.quiet ? { quiet: { from: draft.from, to: draft.to, tellDown: draft.tellDown } } : {}),
      off: alertKinds.filter((kind) => !draft.told[kind]),
      limits: {
        diskPercent: Number(draft.disk),
        memoryPercent: Number(draft.memory),
        certificateDays: Number(draft.days),
      },
      ...(cap === undefined ? {} : { spendCapUsd: cap }),
    },
    ...(draft.telegram && token !== '' ? { telegramToken: token } : {}),
    ...(draft.webhook && url !== '' ? { webhookUrl: url } : {}),
  };
}

/** What is kept now does not have to stay in a page. Pure. */
export function dropSecrets(draft: AlertDraft): AlertDraft {
  return { ...draft, token: '', url: '' };
}

/** With a comma as well: that is how many people write an amount. */
function readCap(typed: string): number | undefined {
  const amount = typed.trim().replace(',', '.');
  return /^\d+(\.\d{1,2})?$/.test(amount) && Number(amount) >= 0.01 && Number(amount) <= 1_000_000
    ? Number(amount)
    : undefined;
}
