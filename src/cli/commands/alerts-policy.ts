import { Command } from 'commander';
import { z } from 'zod';
import {
  alertKindSchema,
  alertLimitsSchema,
  alertPolicySchema,
  telegramChatSchema,
  webhookFormatSchema,
  type AlertKind,
  type AlertPolicy,
  type AlertPolicyInput,
  type WebhookFormat,
} from '../../shared/model/alert.ts';
import type { AlertSecrets } from '../../core/index.ts';
import { alertTexts } from '../alert-text.ts';
import { confirm, requireAnswer } from '../flow/asking.ts';
import { formatAlertSettings } from '../output/alerts.ts';
import { dim } from '../output/line.ts';
import { readSecretFields } from '../secrets-input.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';
import {
  collectedBy,
  declined,
  done,
  jsonOption,
  OFF,
  orOff,
  parsedBy,
  secretsOption,
  usageError,
  type Bind,
  type Off,
  type Outcome,
} from './command.ts';

interface AlertsPolicyOptions {
  readonly desktop?: 'on' | Off;
  readonly telegram?: string;
  readonly webhook?: WebhookFormat | Off;
  readonly quiet?: { readonly from: number; readonly to: number } | Off;
  readonly tellDown?: 'on' | Off;
  readonly off?: readonly AlertKind[];
  readonly on?: readonly AlertKind[];
  readonly disk?: number;
  readonly memory?: number;
  readonly certificateDays?: number;
  readonly spendCap?: number | Off;
  readonly secretsStdin?: boolean;
  readonly yes?: boolean;
}

const onOff = parsedBy(z.enum(['on', 'off'], 'It is on or off.'));
const hours = z
  .string()
  .regex(/^([01]?\d|2[0-3])-([01]?\d|2[0-3])$/, 'Quiet hours look like 22-7.')
  .transform((text) => {
    const [from = 0, to = 0] = text.split('-').map(Number);
    return { from, to };
  });
const number = (schema: z.ZodType<number, number>) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'It is a number.')
    .transform(Number)
    .pipe(schema);
const { diskPercent, memoryPercent, certificateDays } = alertLimitsSchema.shape;

export function alertsPolicyCommand(bind: Bind): Command {
  return new Command('alerts-policy')
    .summary('show or change who is told of what is wrong')
    .description(
      'Shows or changes who is told when something is wrong with an instance: notifications of this computer, a Telegram chat, a webhook. What is not named stays as it is. The token of the bot and the address of the webhook are secrets: give them as telegramToken and webhookUrl with --secrets-stdin.',
    )
    .option('--desktop <on|off>', 'notifications of this computer, while the app is open', onOff)
    .option(
      '--telegram <chat>',
      'number of the chat, or a channel like @my_alerts; off',
      orOff(parsedBy(telegramChatSchema)),
    )
    .option('--webhook <format>', 'json, ntfy, slack or discord; off', orOff(parsedBy(webhookFormatSchema)))
    .option('--quiet <hours>', '22-7: kept back until seven, then told as one; off', orOff(parsedBy(hours)))
    .option(
      '--tell-down <on|off>',
      'whether a gateway or a machine that is down is told in quiet hours all the same',
      onOff,
    )
    .option('--off <kind>', 'not told, such as update; repeat it for more', collectedBy(parsedBy(alertKindSchema)))
    .option('--on <kind>', 'told again; repeat it for more', collectedBy(parsedBy(alertKindSchema)))
    .option('--disk <percent>', 'told when a disk is so full (90)', parsedBy(number(diskPercent.unwrap())))
    .option('--memory <percent>', 'told when memory is so full (95)', parsedBy(number(memoryPercent.unwrap())))
    .option(
      '--certificate-days <days>',
      'told so long before a certificate runs out (7)',
      parsedBy(number(certificateDays.unwrap())),
    )
    .option(
      '--spend-cap <usd>',
      'told near so many dollars a month for each instance; off',
      orOff(parsedBy(number(alertPolicySchema.shape.spendCapUsd.unwrap()))),
    )
    .option('--yes', 'change it without a question')
    .addOption(secretsOption())
    .addOption(jsonOption())
    .action(bind(alertsPolicy));
}

async function alertsPolicy(session: Session, options: AlertsPolicyOptions): Promise<Outcome> {
  const { yes, ...asked } = options;
  const isChange = Object.keys(asked).some((name) => name !== 'json');
  if (isChange) requireAnswer(session, yes === true);
  const secrets: AlertSecrets =
    options.secretsStdin === true ? await readSecretFields(session, ['telegramToken', 'webhookUrl']) : {};
  const core = await session.core();
  const before = await core.alerts.settings();
  const { out, err } = session.screen;
  const show = (settings: typeof before): void => {
    if (!session.json) out.print(...formatAlertSettings(settings, out.look, out.columns()));
  };
  if (!isChange) {
    show(before);
    return done({ alertSettings: before });
  }
  const wanted = buildPolicy(before.policy, options);
  if (yes !== true) {
    show({
      policy: wanted,
      trouble: {},
      ...(before.webhookHost === undefined ? {} : { webhookHost: before.webhookHost }),
    });
    const agreed = await confirm(session, alertTexts.ask, true);
    err.print([]);
    if (!agreed) {
      out.print([dim(texts.declined)]);
      return declined;
    }
  }
  const settings = await core.alerts.set(wanted, secrets);
  if (yes === true) show(settings);
  return done({ alertSettings: settings });
}

/** Pure. @throws AppError `usage.invalid` */
function buildPolicy(before: AlertPolicy, options: AlertsPolicyOptions): AlertPolicy {
  const { desktop, telegram, webhook, quiet, tellDown, off = [], on = [], spendCap } = options;
  const both = on.find((kind) => off.includes(kind));
  if (both !== undefined) throw usageError(`--on ${both} and --off ${both}: choose one of them.`);
  const wantedTelegram = telegram === undefined ? before.telegram : telegram === OFF ? undefined : { chat: telegram };
  const wantedWebhook = webhook === undefined ? before.webhook : webhook === OFF ? undefined : { format: webhook };
  const hoursNow = quiet === undefined ? before.quiet : quiet === OFF ? undefined : quiet;
  if (tellDown !== undefined && hoursNow === undefined)
    throw usageError('--tell-down is about quiet hours, and there are none.');
  const isDownTold = tellDown === undefined ? before.quiet?.tellDown === true : tellDown === 'on';
  const cap = spendCap === undefined ? before.spendCapUsd : spendCap === OFF ? undefined : spendCap;
  const wanted: AlertPolicyInput = {
    desktop: desktop === undefined ? before.desktop : desktop === 'on',
    ...(wantedTelegram === undefined ? {} : { telegram: wantedTelegram }),
    ...(wantedWebhook === undefined ? {} : { webhook: wantedWebhook }),
    ...(hoursNow === undefined ? {} : { quiet: { ...hoursNow, tellDown: isDownTold } }),
    off: [...new Set([...before.off, ...off])].filter((kind) => !on.includes(kind)),
    limits: {
      diskPercent: options.disk ?? before.limits.diskPercent,
      memoryPercent: options.memory ?? before.limits.memoryPercent,
      certificateDays: options.certificateDays ?? before.limits.certificateDays,
    },
    ...(cap === undefined ? {} : { spendCapUsd: cap }),
  };
  const parsed = alertPolicySchema.safeParse(wanted);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw usageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
