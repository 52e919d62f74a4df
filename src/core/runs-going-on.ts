import type { InstanceId } from '../shared/model/ids.ts';

/** What this process works on, whoever asked for it: a person, a schedule or a guard. It is cut short when the process ends. */
export interface RunsGoingOn {
  readonly count: number;
  during<T>(id: InstanceId, work: () => Promise<T>): Promise<T>;
}

export function createRunsGoingOn(): RunsGoingOn {
  // One instance has one run at a time: what prepares it, and a second that the lease turns away, is the same matter.
  const depths = new Map<InstanceId, number>();
  return {
    get count() {
      return depths.size;
    },
    async during(id, work) {
      depths.set(id, (depths.get(id) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (depths.get(id) ?? 1) - 1;
        if (left === 0) depths.delete(id);
        else depths.set(id, left);
      }
    },
  };
}
