import { createRegistry, type Releases } from '../openclaw/registry.ts';

/** Upstream publishes every few days: nobody has to be asked more often than this. */
const FRESH_MS = 3 * 60 * 60_000;

/** What the registry offers of OpenClaw, asked when somebody wants to know and kept for some hours. */
export interface ReleaseBook {
  /** @throws AppError as `Registry.readReleases` */
  read(url: string, signal?: AbortSignal): Promise<Releases>;
}

export function createReleaseBook(now: () => number): ReleaseBook {
  let known: { readonly url: string; readonly at: number; readonly releases: Releases } | undefined;
  return {
    async read(url, signal) {
      if (known?.url === url && now() - known.at >= 0 && now() - known.at < FRESH_MS) return known.releases;
      const releases = await createRegistry({ url }).readReleases('openclaw', signal);
      known = { url, at: now(), releases };
      return releases;
    },
  };
}
