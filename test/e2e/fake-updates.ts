import type { CallName, CallOutput, CallRequest } from '../../src/shared/contract/contract.ts';

type UpdateCall = Extract<CallName, `update.${string}`>;
type Handlers = {
  readonly [N in UpdateCall]: (input: CallRequest<N>) => CallOutput<N> | Promise<CallOutput<N>>;
};

const NEWER = '2026.9.7';
const NEWS = `### Highlights

- Updates: complete managed Gateway upgrades after Node.js installation paths change, and let normal Doctor, finalization and plugin work finish without implicit deadlines. (#145335, #152973)
- Restart recovery: recover stranded conversations, preserve active work during restarts, and keep replies attached to what was asked.
- Usage: restore a complete 30-day history view with creator breakdowns, date selection, and totals.

### Fixes

- Telegram: a photo without a caption is answered again. (#153243)
- <b>Not a page</b>: what stands here is shown as text.`;

/** @param look `newest`: nothing is newer; `node`: another Node.js and little disk. */
export function createUpdateHandlers(look: string): Handlers {
  return {
    'update.look': ({ version }) =>
      look === 'newest'
        ? { runs: '2026.9.6', latest: '2026.9.6', tags: { latest: '2026.9.6' }, newer: [], changelog: [] }
        : {
            runs: '2026.9.6',
            latest: NEWER,
            tags: { latest: NEWER },
            newer: [NEWER],
            version: version ?? NEWER,
            changelog: [{ version: NEWER, text: NEWS }],
            nodeRange: '>=26.1.0',
            ...(look === 'node' ? { nodeVersion: '26.2.0' } : {}),
            diskNeededBytes: 980_000_000,
            diskFreeBytes: look === 'node' ? 700_000_000 : 21_000_000_000,
          },
    'update.setPolicy': () => null,
  };
}
