import { expect, it } from 'vitest';
import { formatEntry, type LogEntry } from '../../../shared/model/log.ts';
import { listAuthors, readableLog } from './bundled-logs.ts';

const at = '2026-11-21T09:00:00.000Z';
const entry = (source: LogEntry['source'], text: string): string => formatEntry({ at, source, level: 'info', text });

it('a log reads as people read it, not as JSON in JSON', () => {
  const stream = `${entry('gateway', '{"chatId":"-100"}')}no entry\n`;
  expect(readableLog(stream)).toBe(`${at} gateway   info  {"chatId":"-100"}\nno entry\n`);
  expect(readableLog('')).toBe('');
});

it('who has changed something is in every line of an audit log, wherever it was read', () => {
  const stream = [
    entry('audit', 'anna@laptop h-1 r-1 openclaw: npm install'),
    entry('audit', 'ben@tower h-2 r-2 start: systemctl start'),
    entry('gateway', 'carl@chat says hello'),
  ].join('');
  const auditLog = [
    '2026-11-21T06:30:12Z dora@desk.lan h-3 r-3 stop: systemctl stop',
    '2026-11-21T06:30:13Z anna@laptop h-1 r-1 stop: systemctl stop',
    'half a line',
  ].join('\n');
  expect(listAuthors(stream, auditLog)).toEqual({
    users: ['anna', 'ben', 'dora'],
    hosts: ['laptop', 'tower', 'desk.lan'],
  });
});
