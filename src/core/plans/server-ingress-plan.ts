import type { Instance } from '../../shared/model/instance.ts';
import type { Ingress } from '../../shared/model/ingress.ts';
import { layoutCaddyFiles, layoutRequestLog } from '../ingress/caddy-layout.ts';
import type { Site } from '../ingress/site-file.ts';
import { nameCheckStep, type NameQuestion } from '../steps/ingress/name-check.ts';
import { caddyCertificateStep } from '../steps/server/caddy-certificate.ts';
import { absentFirewallRuleStep, caddyFirewallStep } from '../steps/server/caddy-firewall.ts';
import { caddyModuleStep, caddyPackageStep } from '../steps/server/caddy-package.ts';
import { caddySiteStep, type WantedSite } from '../steps/server/caddy-site.ts';
import type { Step } from '../steps/step.ts';

/** How long a record that has just been made may take until resolvers have it. */
const NEW_RECORD_PATIENCE_MS = 2 * 60_000;

export interface ServerIngressInput {
  readonly instance: Instance & { readonly ingress: Ingress };
  /** What visitors type; undefined: a tunnel. */
  readonly host: string | undefined;
  /** See `Mirrors.caddy` */
  readonly repository: string;
  /** Absent: an address has no name to be checked. */
  readonly name: NameQuestion | undefined;
  /** Makes the record of that name, or (for a tunnel) takes it away. */
  readonly record: Step | undefined;
  readonly wantsModule: boolean;
  /** Whether the same plan switches ufw on. */
  readonly wantsUfw: boolean;
  readonly exposure: Step;
  /** Where somebody who is connected may not come any more. */
  readonly ended: Step | undefined;
  readonly now: () => number;
}

/** What goes before the gateway is told of its visitors, and what after. */
export interface IngressStages {
  readonly supplies: readonly Step[];
  readonly opening: readonly (readonly Step[])[];
}

/** Pure: the way of visitors to an instance on a server, or its end. */
export function buildServerIngress(input: ServerIngressInput): IngressStages {
  const { instance, host, record, name } = input;
  const ended = input.ended === undefined ? [] : [[input.ended]];
  if (host === undefined) {
    const closing = [...buildServerClosing(instance), ...(record === undefined ? [] : [[record]])];
    return { supplies: [], opening: [...closing, ...ended] };
  }
  return {
    supplies: [caddyPackageStep(input.repository), ...(record === undefined ? [] : [record])],
    opening: [
      ...(input.wantsModule ? [[caddyModuleStep()]] : []),
      [
        caddyFirewallStep(input.wantsUfw),
        ...(name === undefined ? [] : [nameCheckStep(name, record === undefined ? 0 : NEW_RECORD_PATIENCE_MS)]),
      ],
      [caddySiteStep(instance, describeServerSite(instance, host))],
      [caddyCertificateStep(host, input.now)],
      [input.exposure],
      ...ended,
    ],
  };
}

/** Takes an instance's part of Caddy and of the firewall away. Caddy itself stays: others may have come to need it. */
export function buildServerClosing(instance: Pick<Instance, 'id' | 'name'>): Step[][] {
  return [[caddySiteStep(instance, undefined)], [absentFirewallRuleStep(instance)]];
}

/** Opens the way again that a suspension has closed. */
export function describeServerSite(
  instance: Pick<Instance, 'id' | 'name' | 'port'> & { readonly ingress: Ingress },
  host: string,
): WantedSite {
  const { acme, email, limits } = instance.ingress;
  const root = acme?.rootCertificate;
  const site: Site = {
    host,
    upstream: `127.0.0.1:${String(instance.port)}`,
    limits,
    requests: layoutRequestLog(instance),
    ...(email === undefined ? {} : { email }),
    ...(acme === undefined
      ? {}
      : {
          acme: {
            directory: acme.directory,
            ...(root === undefined ? {} : { rootFile: layoutCaddyFiles(instance).root }),
          },
        }),
  };
  return { site, ...(root === undefined ? {} : { rootCertificate: root }) };
}
