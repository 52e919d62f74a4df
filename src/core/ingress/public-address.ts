import { isIP } from 'node:net';
import type { Instance } from '../../shared/model/instance.ts';
import type { Access } from '../../shared/model/ingress.ts';
import { slugName } from '../openclaw/container-layout.ts';

/**
 * The name or the address that visitors type; undefined: nothing but a tunnel leads there, or the machine's own address is not
 * known yet. Below a base domain it follows from the instance's name, and where that has no letter that a name may have, from
 * its id. Pure.
 * @param machineAddress the public address of the machine, for an access by address that names none
 */
export function resolvePublicHost(
  access: Access,
  { id, name }: Pick<Instance, 'id' | 'name'>,
  machineAddress?: string,
): string | undefined {
  switch (access.mode) {
    case 'tunnel':
      return undefined;
    case 'domain':
      return access.host;
    case 'base': {
      const slug = slugName(name);
      return `${slug === '' ? id.slice(2, 10) : slug}.${access.domain}`;
    }
    case 'ip': {
      const address = access.address ?? machineAddress;
      return address === undefined ? undefined : formatAddress(address);
    }
  }
}

/** As a browser writes it: `https://claw.example.com`, `https://[2001:db8::1]`. Pure. */
export function publicOrigin(host: string): string {
  return `https://${bracket(host)}`;
}

/** Pure. */
export function bracket(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** One way to write an address: `2001:DB8:0:0::1` is `2001:db8::1`. Pure. */
export function formatAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
