import type { WebhookFormat } from '../../shared/model/alert.ts';
import type { Outgoing } from './send.ts';

export interface Hook {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const json = { 'content-type': 'application/json' };
const MOST_DISCORD_CHARACTERS = 1900;
const MOST_SLACK_CHARACTERS = 3000;

/** What is posted where, as each kind of webhook takes it. Pure. */
export function buildHook(format: WebhookFormat, url: string, { event, message, alerts }: Outgoing): Hook {
  const { title, body, level } = message;
  switch (format) {
    case 'ntfy': {
      const topic = new URL(url);
      // In the address instead of in headers, which hold no names like "Büro".
      topic.searchParams.set('title', title);
      topic.searchParams.set('priority', { ok: '3', warn: '4', bad: '5' }[level]);
      topic.searchParams.set('tags', { ok: 'white_check_mark', warn: 'warning', bad: 'rotating_light' }[level]);
      return { url: topic.href, body, headers: { 'content-type': 'text/plain; charset=utf-8' } };
    }
    case 'slack':
      return {
        url,
        body: JSON.stringify({ text: `*${slack(title)}*\n${slack(body)}`.slice(0, MOST_SLACK_CHARACTERS) }),
        headers: json,
      };
    case 'discord': {
      const content = `**${discord(title)}**\n${discord(body)}`.slice(0, MOST_DISCORD_CHARACTERS);
      // Whatever an instance is called, nobody is called to the screen by name.
      return { url, body: JSON.stringify({ content, allowed_mentions: { parse: [] } }), headers: json };
    }
    case 'json':
      return {
        url,
        body: JSON.stringify({
          event,
          title,
          body,
          level,
          alerts: alerts.map((alert) => ({
            instance: alert.instanceName,
            instanceId: alert.instanceId,
            kind: alert.kind,
            level: alert.level,
            because: alert.because,
            since: alert.since,
            ...(alert.clearedAt === undefined ? {} : { clearedAt: alert.clearedAt }),
          })),
        }),
        headers: json,
      };
  }
}

const slack = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const discord = (text: string): string => text.replaceAll(/[\\*_~`|>]/g, '\\$&');
