import type { Ingress } from '../../shared/model/ingress.ts';
import type { Finding } from '../api.ts';
import { warn } from './finding.ts';

/** A browser asks for six files of OpenClaw's own page at once, keeps a connection open, and may be one of two. */
const FEWEST = 10;

/** Whether what is let in at one moment is enough for OpenClaw's own page to load. Pure. */
export function judgeConnections({ limits }: Pick<Ingress, 'limits'>): Finding[] {
  const { connections } = limits;
  if (connections === undefined || connections >= FEWEST) return [];
  return [
    warn(
      { id: 'few-connections', title: 'Connections at one moment' },
      `With ${String(connections)} of them OpenClaw's own page may not load: a browser alone asks for six files at once. ${String(FEWEST)} are enough for it.`,
    ),
  ];
}
