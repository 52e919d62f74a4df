import type { Core, InstanceStatus } from '../core/index.ts';

/** How the instances in containers are, for the list that every session shows: one watch of core's for all of them. */
export interface ContainerStatuses extends AsyncDisposable {
  /** Tells at once what is known. The watch ends when nobody listens any more. */
  listen(listener: (status: InstanceStatus) => void): Disposable;
}

export function createContainerStatuses(core: {
  readonly instances: Pick<Core['instances'], 'watchContainers'>;
}): ContainerStatuses {
  const listeners = new Set<(status: InstanceStatus) => void>();
  const known = new Map<string, InstanceStatus>();
  const ending = new Set<Promise<void>>();
  let watch: AsyncDisposable | undefined;

  const end = (): void => {
    const ended = Promise.resolve(watch?.[Symbol.asyncDispose]());
    watch = undefined;
    known.clear();
    ending.add(ended);
    void ended.then(() => ending.delete(ended));
  };
  return {
    listen(listener) {
      listeners.add(listener);
      for (const status of known.values()) listener(status);
      watch ??= core.instances.watchContainers((status) => {
        known.set(status.instance.id, status);
        for (const each of [...listeners]) each(status);
      });
      return {
        [Symbol.dispose]() {
          listeners.delete(listener);
          if (listeners.size === 0 && watch !== undefined) end();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      listeners.clear();
      if (watch !== undefined) end();
      await Promise.all(ending);
    },
  };
}
