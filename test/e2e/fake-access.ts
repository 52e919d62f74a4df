import type { InstanceView } from '../../src/shared/contract/instance.ts';
import type { ExposureReportView, IngressStatusView } from '../../src/shared/contract/operation.ts';
import type { SavedServerView } from '../../src/shared/contract/server.ts';
import { findServer } from '../../src/shared/model/target.ts';
import { ago } from './fake-data.ts';

/*
 * Invented, for looking at screens.
 */

export const ingress: IngressStatusView = {
  url: 'https://research.example.org',
  certificate: {
    subject: 'research.example.org',
    issuer: 'Let’s Encrypt, YE1',
    notBefore: ago(60 * 24 * 12),
    notAfter: ago(-60 * 24 * 78),
    isOverdue: false,
  },
  limitedBy: 'rate',
};

export const overdue: IngressStatusView = {
  ...ingress,
  certificate: {
    subject: 'research.example.org',
    issuer: 'Let’s Encrypt, YE1',
    notBefore: ago(60 * 24 * 81),
    notAfter: ago(-60 * 24 * 9),
    isOverdue: true,
  },
  limitedBy: 'connections',
  problem: {
    code: 'ingress.certificate',
    message: 'No certificate could be had for this name.',
    hint: 'Check that the name leads to this server and that ports 80 and 443 can be reached.',
    retry: true,
  },
};

export const exposure: ExposureReportView = {
  at: ago(3),
  reachableFrom: 'Whoever has the address and signs in',
  findings: [
    { id: 'gateway-port', title: 'Port 18789', level: 'ok', because: 'Nothing answers there from outside.' },
    { id: 'token', title: 'The gateway without a token', level: 'ok', because: 'It turns whoever has none away.' },
    {
      id: 'port-9000',
      title: 'Port 9000',
      level: 'warn',
      because: 'A container of somebody else, portainer, is published to everybody; ufw does not filter it.',
      fix: 'docker update is not enough: publish it as 127.0.0.1:9000:9000',
    },
  ],
};

export const openExposure: ExposureReportView = {
  ...exposure,
  reachableFrom: 'Whoever has the address',
  findings: [
    {
      id: 'gateway-port',
      title: 'Port 18789',
      level: 'bad',
      because: 'The gateway itself answers there, past the certificate and its limits.',
      fix: 'ufw deny 18789/tcp',
    },
    ...exposure.findings.slice(1),
  ],
};

/** The servers that these live on. */
export function listServers(list: readonly InstanceView[]): SavedServerView[] {
  const servers = new Map<string, SavedServerView>();
  for (const { id, name, target: place } of list) {
    const target = findServer(place);
    if (target === undefined) continue;
    const known = servers.get(target.host) ?? { target, instances: [], rememberedLogin: name === 'atlas' };
    servers.set(target.host, { ...known, instances: [...known.instances, { id, name }] });
  }
  return [...servers.values()];
}
