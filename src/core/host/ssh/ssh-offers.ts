import { join } from 'node:path';
import type { ParsedKey } from 'ssh2';
import { AppError, isAppError } from '../../../shared/app-error.ts';
import type { Secret } from '../../../shared/secret.ts';
import { formatFingerprint } from './host-key.ts';
import type { SshAgent } from './ssh-agent.ts';
import { readIdentity, type Identity } from './ssh-identity.ts';

/** The names that OpenSSH looks for when nothing is configured, as far as they are understood here. */
const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** A key that can be offered to a server. */
export interface KeyOffer {
  readonly key: ParsedKey;
  readonly from: 'file' | 'agent';
  /** For people: the file or the agent's comment, and the fingerprint. */
  readonly label: string;
}

export interface KeyOffers {
  /** In the order in which they are offered: what was asked for first. */
  readonly offers: readonly KeyOffer[];
  /** Why something that might have been expected is not among them. */
  readonly leftOut: readonly string[];
  /** A key that only lacks its passphrase: what to say when no other login works. */
  readonly locked: AppError | undefined;
  /** The agent was to be asked and could not be. */
  readonly agentError: AppError | undefined;
}

export interface OfferSources {
  readonly homeDir: string;
  /** What this panel has made for this login; an error: it could not be read. It is offered before all others. */
  readonly own?: KeyOffer | AppError | undefined;
  /** Named by the person: it must be usable where there is no key of ours, and is offered first of the others. */
  readonly explicit: string | undefined;
  /** From the configuration, expanded; undefined: the default names. */
  readonly configured: readonly string[] | undefined;
  readonly identitiesOnly: boolean;
  readonly agent: SshAgent | undefined;
  readonly passphrase: Secret | undefined;
}

/**
 * Reads the keys there are, in OpenSSH's order: what was named, the agent's (those that are configured first), then the
 * configured files or the usual names.
 * @throws AppError `host.identity-unusable` where the key that the person named cannot be used
 */
export async function readKeyOffers(sources: OfferSources): Promise<KeyOffers> {
  const leftOut: string[] = [];
  let agentError: AppError | undefined;
  let agentKeys: readonly ParsedKey[] = [];
  try {
    agentKeys = (await sources.agent?.listKeys()) ?? [];
  } catch (error) {
    if (!isAppError(error, 'host.agent-unavailable')) throw error;
    agentError = error;
    leftOut.push('the SSH agent did not answer');
  }
  const fromAgent = (blob: Buffer | undefined): ParsedKey | undefined =>
    blob === undefined ? undefined : agentKeys.find((key) => Buffer.from(key.getPublicSSH()).equals(blob));

  const { own } = sources;
  const ownOffers = own === undefined || own instanceof AppError ? [] : [own];
  let locked = own instanceof AppError ? own : undefined;
  if (locked !== undefined) leftOut.push(`the key of this panel: ${locked.message}`);
  const explicit: KeyOffer[] = [];
  if (sources.explicit !== undefined) {
    try {
      explicit.push(await readExplicit(sources.explicit, sources.passphrase, fromAgent));
    } catch (error) {
      // Who is let in with a key of ours needs no other: one that wants a passphrase, or is gone.
      if (ownOffers.length === 0 || !isAppError(error, 'host.identity-unusable')) throw error;
      locked ??= error;
      leftOut.push(error.message);
    }
  }
  const defaults = sources.explicit === undefined ? DEFAULT_IDENTITIES : [];
  const paths = sources.configured ?? defaults.map((name) => join(sources.homeDir, '.ssh', name));
  const identities: Identity[] = [];
  for (const path of paths) identities.push(await readIdentity(path, sources.passphrase));

  const files: KeyOffer[] = [];
  const agentFirst: KeyOffer[] = [];
  for (const identity of identities) {
    const known = fromAgent(blobOf(identity));
    if (known !== undefined) agentFirst.push(offerFromAgent(known));
    else if (identity.is === 'private') files.push(offerFromFile(identity.key, identity.path));
    else if (identity.is === 'locked') {
      locked ??= unusable(identity);
      leftOut.push(`${identity.path}: ${identity.why}`);
    } else if (identity.is === 'unusable') leftOut.push(`${identity.path}: ${identity.reason}`);
    else if (sources.configured !== undefined) leftOut.push(`${identity.path}: no private key there`);
  }
  const agentRest = sources.identitiesOnly ? [] : agentKeys.map(offerFromAgent);
  const offers = withoutRepeats([...ownOffers, ...explicit, ...agentFirst, ...agentRest, ...files]);
  return { offers, leftOut, locked, agentError };
}

async function readExplicit(
  path: string,
  passphrase: Secret | undefined,
  fromAgent: (blob: Buffer | undefined) => ParsedKey | undefined,
): Promise<KeyOffer> {
  const identity = await readIdentity(path, passphrase);
  if (identity.is === 'private') return offerFromFile(identity.key, path);
  const key = fromAgent(blobOf(identity));
  if (key !== undefined) return offerFromAgent(key);
  throw unusable(identity);
}

function blobOf(identity: Identity): Buffer | undefined {
  switch (identity.is) {
    case 'private':
      return Buffer.from(identity.key.getPublicSSH());
    case 'public':
    case 'locked':
      return identity.blob;
    case 'missing':
    case 'unusable':
      return undefined;
  }
}

function unusable(identity: Exclude<Identity, { is: 'private' }>): AppError {
  const { path } = identity;
  switch (identity.is) {
    case 'missing':
      return new AppError('host.identity-unusable', {
        message: `There is no key file ${path}.`,
        hint: 'Check the path of the key file.',
        details: { path },
      });
    case 'public':
      return new AppError('host.identity-unusable', {
        message: `${path} is a public key, and the SSH agent does not hold its private half.`,
        hint: 'Name the private key file, or add the key to the agent with ssh-add.',
        details: { path },
      });
    case 'locked':
      return identity.why === 'no passphrase'
        ? new AppError('host.identity-unusable', {
            message: `The key file ${path} is protected by a passphrase.`,
            hint: {
              command: 'Give it as keyPassphrase in --secrets-stdin, or add the key to the SSH agent with ssh-add.',
              window: 'Give the passphrase, or add the key to the SSH agent with ssh-add.',
            },
            details: { path, wants: 'keyPassphrase' },
          })
        : new AppError('host.identity-unusable', {
            message: `The passphrase does not open the key file ${path}.`,
            hint: { command: 'Check keyPassphrase in --secrets-stdin.', window: 'Check the passphrase.' },
            details: { path, wants: 'keyPassphrase' },
          });
    case 'unusable':
      return new AppError('host.identity-unusable', {
        message: `The key file ${path} could not be used.`,
        details: { path, reason: identity.reason },
      });
  }
}

function offerFromFile(key: ParsedKey, path: string): KeyOffer {
  return { key, from: 'file', label: `${path} (${formatFingerprint(Buffer.from(key.getPublicSSH()))})` };
}

function offerFromAgent(key: ParsedKey): KeyOffer {
  const name = key.comment === '' ? 'a key' : key.comment;
  return {
    key,
    from: 'agent',
    label: `${name} from the agent (${formatFingerprint(Buffer.from(key.getPublicSSH()))})`,
  };
}

function withoutRepeats(offers: readonly KeyOffer[]): KeyOffer[] {
  const seen = new Set<string>();
  return offers.filter(({ key }) => {
    const blob = Buffer.from(key.getPublicSSH()).toString('base64');
    return !seen.has(blob) && seen.add(blob);
  });
}
