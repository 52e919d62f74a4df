import type { UpdateOffer, Updates } from '../../src/core/index.ts';

/** A newer version than the one that `anInstance` runs. */
export const NEWER = '2026.9.7';

export function anOffer(more: Partial<UpdateOffer> = {}): UpdateOffer {
  return {
    runs: '2026.9.6',
    latest: NEWER,
    tags: { latest: NEWER },
    newer: [NEWER],
    changelog: [
      { version: NEWER, text: '### Highlights\n\n- Channels: nothing is said twice. (#1)\n- Updates: quicker.' },
    ],
    version: NEWER,
    nodeRange: '>=24.16.0',
    diskNeededBytes: 900_000_000,
    diskFreeBytes: 12_000_000_000,
    ...more,
  };
}

/** Where nothing is newer. */
export function noOffer(runs: string): UpdateOffer {
  return { runs, latest: runs, tags: { latest: runs }, newer: [], changelog: [] };
}

export interface UpdateScript {
  readonly offer?: UpdateOffer;
}

export function createFakeUpdates({ offer = anOffer() }: UpdateScript, calls: [string, unknown?][]): Updates {
  return {
    look: (name, version) => {
      calls.push(['updates.look', { name, version }]);
      return Promise.resolve(version === undefined ? offer : { ...offer, version });
    },
    setPolicy: (name, policy) => {
      calls.push(['updates.setPolicy', { name, policy }]);
      return Promise.resolve();
    },
    watch: () => ({ [Symbol.asyncDispose]: () => Promise.resolve() }),
  };
}
