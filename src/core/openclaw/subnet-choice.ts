import { AppError } from '../../shared/app-error.ts';

/** Where the networks of instances lie, unless something else of the machine lies there already. */
export const INSTANCE_RANGE = '10.213.0.0/16';
/** Of one instance: sixteen addresses, for the gateway of the network, the instance and its proxy. */
const INSTANCE_PREFIX = 28;

/** The network of one instance, and who has which address in it. */
export interface InstanceSubnet {
  readonly subnet: string;
  readonly gateway: string;
  readonly address: string;
  readonly proxyAddress: string;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** Pure. Undefined: not an IPv4 network. */
export function parseRange(cidr: string): Range | undefined {
  const [, a, b, c, d, bits] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr) ?? [];
  if (bits === undefined) return undefined;
  const bytes = [a, b, c, d].map(Number);
  if (Number(bits) > 32 || bytes.some((byte) => byte > 255)) return undefined;
  const size = 2 ** (32 - Number(bits));
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

/**
 * A network that overlaps none of those taken. The search begins at a place of its own for each instance, so that two that are
 * made at once seldom meet. Pure.
 * @param seed of the instance: any number
 * @throws AppError `engine.subnet-taken` where the whole range is
 */
export function chooseSubnet(taken: readonly string[], seed: number, range = INSTANCE_RANGE): InstanceSubnet {
  const whole = parseRange(range);
  if (whole === undefined) throw new TypeError(`Not an IPv4 network: ${range}`);
  const occupied = taken.flatMap((one) => parseRange(one) ?? []);
  const size = 2 ** (32 - INSTANCE_PREFIX);
  const count = Math.floor((whole.last - whole.first + 1) / size);
  for (let tried = 0; tried < count; tried += 1) {
    const first = whole.first + ((seed + tried) % count) * size;
    const isFree = occupied.every((other) => other.last < first || other.first > first + size - 1);
    if (isFree) return describeAt(first);
  }
  throw new AppError('engine.subnet-taken', { details: { range } });
}

/** Who has which address in a network that is there. Pure. */
export function describeSubnet(subnet: string): InstanceSubnet {
  const range = parseRange(subnet);
  if (range === undefined) throw new TypeError(`Not an IPv4 network: ${subnet}`);
  return { ...describeAt(range.first), subnet };
}

function describeAt(first: number): InstanceSubnet {
  return {
    subnet: `${formatAddress(first)}/${String(INSTANCE_PREFIX)}`,
    gateway: formatAddress(first + 1),
    address: formatAddress(first + 2),
    proxyAddress: formatAddress(first + 3),
  };
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** The address of the network's own gateway: the first after that of the network itself. Pure. */
export function gatewayOf(subnet: string): string {
  const range = parseRange(subnet);
  if (range === undefined) throw new TypeError(`Not an IPv4 network: ${subnet}`);
  return formatAddress(range.first + 1);
}

/** The third address of such a network: in its own network the proxy has the same place as in everybody's. Pure. */
export function proxyAddressOf(subnet: string): string {
  const range = parseRange(subnet);
  if (range === undefined) throw new TypeError(`Not an IPv4 network: ${subnet}`);
  return formatAddress(range.first + 3);
}

/** The networks that a Linux machine has routes to, but for its default route: `/proc/net/route`. Pure. */
export function parseRoutes(text: string): string[] {
  const routes = text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [, destination = '', , , , , , mask = ''] = fields;
    if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
    const prefix = Number.parseInt(mask, 16).toString(2).match(/1/g)?.length ?? 0;
    // Every machine that we deploy to is little-endian: the bytes stand backwards.
    const address = (destination.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16));
    return prefix === 0 ? [] : [`${address.join('.')}/${String(prefix)}`];
  });
  return [...new Set(routes)];
}
