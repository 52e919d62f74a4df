import type { AlertChannel, AlertLimits, QuietHours, WebhookFormat } from '../shared/model/alert.ts';

const channels: Readonly<Record<AlertChannel, string>> = {
  desktop: 'The desktop',
  telegram: 'Telegram',
  webhook: 'The webhook',
};
const hour = (number: number): string => `${String(number).padStart(2, '0')}:00`;

/** What the commands about alerts say. */
export const alertTexts = {
  heldBack: 'quiet hours',
  toldNobody: 'nobody',
  none: 'No alerts.',
  title: 'Alerts',
  off: 'off',
  never: 'never',
  nothing: 'everything is told',
  noCap: 'not watched',
  desktopOn: 'notifications of this computer, while the app is open',
  telegramTo: (chat: string) => `to the chat ${chat}`,
  webhookTo: (format: WebhookFormat, host: string) => `${format}, to ${host}`,
  quiet: ({ from, to, tellDown }: QuietHours) =>
    `from ${hour(from)} to ${hour(to)}${tellDown ? ', but for a gateway or a machine that is down' : ''}`,
  limits: ({ diskPercent, memoryPercent, certificateDays }: AlertLimits) =>
    `disk ${String(diskPercent)} %, memory ${String(memoryPercent)} %, certificates ${String(certificateDays)} days before their end`,
  cap: (usd: number) => `$${usd.toFixed(2)} a month for each instance`,
  trouble: (channel: AlertChannel) => `${channels[channel]} could not be told:`,
  taken: (channel: AlertChannel) => `${channels[channel]} was told.`,
  ask: 'Tell of alerts like that from now on?',
  service: {
    unsupported: 'This system has no user services that Hardshell knows.',
    absent: 'The watch service is not installed.',
    installed: 'The watch service is installed, and does not run.',
    running: 'The watch service runs.',
  },
  watching: 'Watching: limits, scheduled backups, alerts. Ctrl-C ends it.',
  watchEnded: 'Nothing is watched any more.',
} as const;
