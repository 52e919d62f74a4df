import type { InstanceLink, InstanceStatus, MetricSample } from '../core/index.ts';
import { AppError } from '../shared/app-error.ts';
import type { InstanceId } from '../shared/model/ids.ts';

interface Watch {
  count: number;
  readonly opened: Promise<OpenWatch>;
}

interface OpenWatch extends AsyncDisposable {
  readonly link: InstanceLink;
}

/** The instances that one session looks at. Several of its views may look at the same one. */
export interface Watches extends AsyncDisposable {
  /** What is known of the last day. */
  begin(id: InstanceId): Promise<readonly MetricSample[]>;
  has(id: InstanceId): boolean;
  /** Fine where nobody watches. */
  end(id: InstanceId): Promise<void>;
}

interface WatchesDeps {
  readonly link: (id: InstanceId) => Promise<InstanceLink>;
  readonly onStatus: (status: InstanceStatus) => void;
  readonly onSample: (id: InstanceId, sample: MetricSample) => void;
}

export function createWatches({ link: openLink, onStatus, onSample }: WatchesDeps): Watches {
  const watches = new Map<InstanceId, Watch>();
  let isClosed = false;

  const open = async (id: InstanceId): Promise<OpenWatch> => {
    const link = await openLink(id);
    const status = link.onStatus(onStatus);
    const samples = link.onSample((sample) => onSample(id, sample));
    return {
      link,
      async [Symbol.asyncDispose]() {
        samples[Symbol.dispose]();
        status[Symbol.dispose]();
        await link[Symbol.asyncDispose]();
      },
    };
  };
  const close = async (id: InstanceId, watch: Watch): Promise<void> => {
    if (watches.get(id) === watch) watches.delete(id);
    // one that could not be opened has told so to whoever looks, and holds nothing
    const opened = await watch.opened.catch(() => undefined);
    await opened?.[Symbol.asyncDispose]();
  };

  return {
    async begin(id) {
      if (isClosed) throw new AppError('run.cancelled');
      const watch = watches.get(id) ?? { count: 0, opened: open(id) };
      watch.count += 1;
      watches.set(id, watch);
      try {
        return await (await watch.opened).link.history();
      } catch (error) {
        watch.count -= 1;
        if (watch.count === 0) await close(id, watch);
        throw error;
      }
    },
    has: (id) => watches.has(id),
    async end(id) {
      const watch = watches.get(id);
      if (watch === undefined) return;
      watch.count -= 1;
      if (watch.count === 0) await close(id, watch);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await Promise.allSettled([...watches].map(([id, watch]) => close(id, watch)));
    },
  };
}
