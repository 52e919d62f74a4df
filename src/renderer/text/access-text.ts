import type { InstanceView } from '../../shared/contract/instance.ts';
import { enAccess } from './en-access.ts';

/** Where visitors are let in, as far as it is known before it is asked. Undefined: nowhere, it is a tunnel. Pure. */
export function formatAccess({ ingress }: Pick<InstanceView, 'ingress'>): string | undefined {
  const access = ingress?.access ?? { mode: 'tunnel' };
  switch (access.mode) {
    case 'tunnel':
      return undefined;
    case 'domain':
      return `https://${access.host}`;
    case 'base':
      return enAccess.below(access.domain);
    case 'ip':
      if (access.address === undefined) return enAccess.modes.ip;
      return `https://${access.address.includes(':') ? `[${access.address}]` : access.address}`;
  }
}
