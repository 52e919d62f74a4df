import { z } from 'zod';
import { createRecordFile } from '../../state/record-file.ts';
import type { Versioned } from '../../state/versioned.ts';
import type { Clock } from '../../system/ids.ts';
import { formatFingerprint, parseHostKey, type HostKey } from './host-key.ts';
import { formatKnownName, type KnownHostLine } from './known-hosts.ts';

const trustedHostKeySchema = z
  .strictObject({
    /** `host` or `[host]:port`, as known_hosts writes it. */
    host: z
      .string()
      .min(1)
      .regex(/^[^\s,*?!|]+$/),
    type: z.string().min(1),
    /** The key's blob in base64. */
    blob: z.base64().min(1),
    fingerprint: z.string().startsWith('SHA256:'),
    addedAt: z.iso.datetime(),
  })
  // A file that says one key to people and another to the program was tampered with or is broken.
  .refine(
    ({ type, blob, fingerprint }) =>
      parseHostKey(Buffer.from(blob, 'base64'))?.type === type && formatFingerprint(blob) === fingerprint,
    { path: ['fingerprint'] },
  );

/** A host key that the person has compared and trusts. */
export type TrustedHostKey = z.infer<typeof trustedHostKeySchema>;

const trustFile: Versioned<{ keys: TrustedHostKey[] }> = {
  version: 1,
  schema: z.strictObject({ keys: z.array(trustedHostKeySchema) }),
  migrations: {},
};

/**
 * The host keys that were trusted through Hardshell; OpenSSH's own files are read beside it, never written.
 * Every method may reject with `state.corrupt` (the file was set aside: nothing in it is trusted), `state.newer`, `state.busy`.
 */
export interface TrustStore {
  /** For people: where the keys are kept. */
  readonly path: string;
  list(): Promise<readonly TrustedHostKey[]>;
  /** Adds a key beside those that are there; the same key twice is once. */
  add(host: string, key: HostKey): Promise<TrustedHostKey>;
  /** Forgets all keys of a host, written as `host`, `host:port` or `[host]:port`. @returns how many there were */
  remove(host: string): Promise<number>;
}

/** @param path of the JSON file, in the data folder */
export function createTrustStore(path: string, clock: Clock): TrustStore {
  const file = createRecordFile(path, trustFile, clock);
  return {
    path,
    list: async () => (await file.read())?.keys ?? [],
    async add(host, key) {
      const added: TrustedHostKey = {
        host,
        ...key,
        fingerprint: formatFingerprint(key.blob),
        addedAt: new Date(clock()).toISOString(),
      };
      const isSame = (one: TrustedHostKey): boolean =>
        one.host === host && one.type === key.type && one.blob === key.blob;
      const { keys } = await file.update((old) => {
        const before = old?.keys ?? [];
        return { keys: before.some(isSame) ? before : [...before, added] };
      });
      return keys.find(isSame) ?? added;
    },
    async remove(host) {
      const name = parseTrustedName(host);
      const before = await file.read();
      if (before?.keys.some((key) => key.host === name) !== true) return 0;
      let removed = 0;
      await file.update((old) => {
        const keys = old?.keys ?? [];
        const kept = keys.filter((key) => key.host !== name);
        removed = keys.length - kept.length;
        return { keys: kept };
      });
      return removed;
    },
  };
}

/** How a person writes a server, as the name under which its keys are kept. Pure. */
export function parseTrustedName(text: string): string {
  const address = text.replace(/^ssh:\/\//, '').replace(/^.*@/, '');
  const [, bracketed, port] = /^\[(.+)\](?::(\d+))?$/.exec(address) ?? [];
  if (bracketed !== undefined) return formatKnownName(bracketed, Number(port ?? 22));
  const [, name, plainPort] = /^([^:]+):(\d+)$/.exec(address) ?? [];
  return name === undefined ? address.toLowerCase() : formatKnownName(name, Number(plainPort));
}

/** Trusted keys, as what known_hosts would say. Pure. */
export function formatTrustedLines(keys: readonly TrustedHostKey[], path: string): KnownHostLine[] {
  return keys.map(({ host, type, blob }) => ({ marker: 'none', names: host, type, blob, where: path }));
}
