import { AppError } from '../../../shared/app-error.ts';
import type { InstanceId } from '../../../shared/model/ids.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { AddressRecord, CloudflareDns, DnsRecord, DnsZone } from '../../providers/cloudflare/cloudflare-dns.ts';
import type { CheckContext, Step } from '../step.ts';

export interface DnsRecordWish {
  readonly dns: CloudflareDns;
  readonly instance: InstanceId;
  /** `research.bots.example.com` */
  readonly host: string;
  /** Of the machine, as the internet knows it: IPv4, IPv6 or both. */
  readonly addresses: readonly string[];
}

const TIMEOUT_MS = 90_000;

/** Makes the records of one name lead to the machine. What somebody else has set for it is never touched. */
export function dnsRecordStep({ dns, instance, host, addresses }: DnsRecordWish): Step {
  const wanted = addresses.map((address) => recordOf(address, host, instance));
  const look = async ({ signal }: Pick<CheckContext, 'signal'>): Promise<{ zone: DnsZone; work: DnsWork }> => {
    const zone = await dns.findZone(host, signal);
    return { zone, work: planRecords(wanted, await dns.listRecords(zone, host, signal)) };
  };
  return {
    id: 'dns-record',
    title: `Let ${host} lead to ${addresses.join(' and ')} (Cloudflare)`,
    facts: [],
    timeoutMs: TIMEOUT_MS,
    async check(context) {
      const { work } = await look(context);
      const isDone = work.create.length + work.update.length + work.remove.length === 0;
      return isDone ? satisfied('the name leads there') : needed(work.because);
    },
    async apply({ act, signal }) {
      const { zone, work } = await look({ signal });
      await act(`Setting the DNS records of ${host} at Cloudflare`, async (limit) => {
        for (const { id } of work.remove) await dns.removeRecord(zone, id, limit);
        for (const { id, record } of work.update) await dns.updateRecord(zone, id, record, limit);
        for (const record of work.create) await dns.createRecord(zone, record, limit);
      });
    },
  };
}

/** Takes away what `dnsRecordStep` has made, and nothing else. */
export function absentDnsRecordStep({ dns, instance, host }: Omit<DnsRecordWish, 'addresses'>): Step {
  const look = async ({ signal }: Pick<CheckContext, 'signal'>): Promise<{ zone: DnsZone; ours: DnsRecord[] }> => {
    const zone = await dns.findZone(host, signal);
    return { zone, ours: (await dns.listRecords(zone, host, signal)).filter(isOurs(instance)) };
  };
  return {
    id: 'absent-dns-record',
    title: `Remove the DNS records of ${host} (Cloudflare)`,
    facts: [],
    timeoutMs: TIMEOUT_MS,
    async check(context) {
      const { ours } = await look(context);
      return ours.length === 0 ? satisfied('there are none of ours') : needed('the name leads to this machine');
    },
    async apply({ act, signal }) {
      const { zone, ours } = await look({ signal });
      await act(`Removing the DNS records of ${host} at Cloudflare`, async (limit) => {
        for (const { id } of ours) await dns.removeRecord(zone, id, limit);
      });
    },
  };
}

interface DnsWork {
  readonly create: readonly AddressRecord[];
  readonly update: readonly { readonly id: string; readonly record: AddressRecord }[];
  readonly remove: readonly DnsRecord[];
  readonly because: string;
}

/** Pure. @throws AppError `ingress.dns` where somebody else's record of that name leads elsewhere */
function planRecords(wanted: readonly AddressRecord[], found: readonly DnsRecord[]): DnsWork {
  const comment = wanted[0]?.comment;
  const addressing = found.filter(({ type }) => ['A', 'AAAA', 'CNAME'].includes(type));
  const ours = addressing.filter((record) => record.comment === comment);
  const foreign = addressing.filter((record) => record.comment !== comment);
  const leadsHere = (record: DnsRecord): boolean =>
    !record.isProxied && wanted.some(({ type, content }) => type === record.type && content === record.content);
  const astray = foreign.find((record) => !leadsHere(record));
  if (astray !== undefined) throw conflict(astray);

  const free = [...ours];
  const take = (matches: (record: DnsRecord) => boolean): DnsRecord | undefined => {
    const index = free.findIndex(matches);
    return index === -1 ? undefined : free.splice(index, 1)[0];
  };
  const missing = wanted.filter(
    ({ type, content }) =>
      take((one) => one.type === type && leadsHere(one) && one.content === content) === undefined &&
      !foreign.some((one) => one.type === type && one.content === content),
  );
  const update: { id: string; record: AddressRecord }[] = [];
  const create: AddressRecord[] = [];
  for (const record of missing) {
    const old = take(({ type }) => type === record.type);
    if (old === undefined) create.push(record);
    else update.push({ id: old.id, record });
  }
  const because = ours.length === 0 ? 'the name has no record' : 'its records lead elsewhere';
  return { create, update, remove: free, because };
}

function conflict({ name, type, content, isProxied }: DnsRecord): AppError {
  const where = isProxied ? `${content}, through Cloudflare's proxy` : content;
  return new AppError('ingress.dns', {
    message: `${name} has a ${type} record already, which leads to ${where}, and Hardshell did not make it.`,
    hint: isProxied
      ? 'Switch that record to "DNS only", or choose another name.'
      : 'Remove that record at Cloudflare if nobody needs it, or choose another name.',
    details: { name, type, content },
  });
}

function recordOf(address: string, host: string, instance: InstanceId): AddressRecord {
  return { type: address.includes(':') ? 'AAAA' : 'A', name: host, content: address, comment: markOf(instance) };
}

/** Who reads the zone sees whose record it is; so do we. */
function markOf(instance: InstanceId): string {
  return `Hardshell ${instance}`;
}

function isOurs(instance: InstanceId): (record: DnsRecord) => boolean {
  return ({ comment }) => comment === markOf(instance);
}
