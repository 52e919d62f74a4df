import type { UpdatePolicy } from '../../shared/model/update.ts';
import type { ConnectOptions } from '../api.ts';

/** What an update and its way back are among the changes of an instance: planned, shown and run as a deployment is. */
export type UpdateChange =
  /** To an exact version. */
  | { readonly kind: 'update'; readonly version: string; readonly reason: 'asked' | 'schedule' }
  /** Takes the last update back: package or image, and state, together. */
  | { readonly kind: 'rollback' };

/** One version's part of OpenClaw's own changelog. */
export interface ChangelogPart {
  readonly version: string;
  /** Markdown, as upstream wrote it. */
  readonly text: string;
}

/** What a person sees before they decide. */
export interface UpdateOffer {
  /** As the machine says. */
  readonly runs: string;
  /** The registry's `latest`. */
  readonly latest: string;
  /** `latest`, `beta`, … */
  readonly tags: Readonly<Record<string, string>>;
  /** Exact versions above what runs, newest first; none where it is the newest. */
  readonly newer: readonly string[];
  /** From above what runs up to `version`, newest first. Empty: upstream published none that can be read. */
  readonly changelog: readonly ChangelogPart[];
  /** The version that these are about: the one asked for, else the newest. Absent: there is nothing newer. */
  readonly version?: string;
  /** What that version says it runs on, and the Node.js that will be put there where the present one does not do. */
  readonly nodeRange?: string;
  readonly nodeVersion?: string;
  /** On the disk of the machine, while both versions and the backup lie there. */
  readonly diskNeededBytes?: number;
  readonly diskFreeBytes?: number;
}

/** What the doors ask of updates, beside the changes. */
export interface Updates {
  /** Asks the registry and the machine; changes nothing. @throws AppError `registry.*`, `host.*`, `instance.unknown` */
  look(name: string, version?: string, options?: ConnectOptions): Promise<UpdateOffer>;
  setPolicy(name: string, policy: UpdatePolicy): Promise<void>;
  /** Makes those that are due, until disposal. For doors that live long; several may watch. */
  watch(): AsyncDisposable;
}
