import { reduceRun } from '../shared/run-reducer.ts';
import type { RunEvent, RunSnapshot } from '../shared/model/run.ts';

export type Runs = Readonly<Record<string, RunSnapshot>>;

/** Brings together what is told of runs, what lists say (without lines), and what is asked for whole. */
export interface RunFollower {
  hear(event: RunEvent): void;
  /** A list that has just been asked for. Rejects as it does. */
  takeList(asked: Promise<readonly RunSnapshot[]>): Promise<void>;
  /** The whole of a run, lines included, from then on. Rejects where the door cannot be asked. */
  fetch(runId: string): Promise<'found' | 'absent'>;
}

interface RunFollowerDeps {
  /** Null: there is none of that id. */
  readonly ask: (runId: string) => Promise<RunSnapshot | null>;
  readonly get: () => Runs;
  readonly set: (runs: Runs) => void;
}

interface Fetching {
  /** Told since it was asked for: an answer that is older than they are is brought up to them. */
  readonly heard: RunEvent[];
  readonly answer: Promise<'found' | 'absent'>;
}

export function createRunFollower({ ask, get, set }: RunFollowerDeps): RunFollower {
  /** Runs of the store that miss no line of what they have been through. */
  const whole = new Set<string>();
  const fetching = new Map<string, Fetching>();
  /** For each list that is on its way: runs that began since it was asked for, and that it may not have. */
  const begun = new Set<Set<string>>();
  const put = (run: RunSnapshot): void => set({ ...get(), [run.runId]: run });

  const read = async (runId: string, heard: readonly RunEvent[]): Promise<'found' | 'absent'> => {
    const answered = await ask(runId);
    if (answered === null) return 'absent';
    let run = answered;
    for (const event of heard) {
      const folded = reduceRun(run, event);
      // Something between was told to nobody: the next event finds that out, and asks again.
      if (folded.is === 'gap') break;
      run = folded.snapshot;
    }
    whole.add(runId);
    put(run);
    return 'found';
  };
  const fetch = (runId: string, first: readonly RunEvent[] = []): Promise<'found' | 'absent'> => {
    const going = fetching.get(runId);
    if (going !== undefined) return going.answer;
    const heard = [...first];
    const answer = read(runId, heard).finally(() => fetching.delete(runId));
    fetching.set(runId, { heard, answer });
    return answer;
  };
  // The next event, or the next list, asks again.
  const fetchQuietly = (runId: string, first?: readonly RunEvent[]): void =>
    void fetch(runId, first).catch(() => undefined);

  const mergeList = (list: readonly RunSnapshot[], since: ReadonlySet<string>): void => {
    const known = get();
    const missed: string[] = [];
    const listed = list.map((run) => {
      const before = known[run.runId];
      if (before === undefined) whole.delete(run.runId);
      else if (before.seq >= run.seq) return before;
      else if (whole.has(run.runId)) {
        missed.push(run.runId);
        return before;
      }
      return run;
    });
    const kept = Object.values(known).filter(({ runId }) => since.has(runId));
    set(Object.fromEntries([...kept, ...listed].map((run) => [run.runId, run])));
    for (const runId of missed) fetchQuietly(runId);
  };

  return {
    fetch: (runId) => fetch(runId),
    hear(event) {
      const { runId } = event;
      const known = get()[runId];
      const isFirst = known === undefined && event.type === 'run.started';
      const folded = known === undefined && !isFirst ? undefined : reduceRun(known, event);
      if (folded?.is === 'snapshot') put(folded.snapshot);
      if (isFirst) {
        whole.add(runId);
        for (const since of begun) since.add(runId);
      }
      const going = fetching.get(runId);
      if (going !== undefined) going.heard.push(event);
      else if (folded?.is !== 'snapshot' || !whole.has(runId)) fetchQuietly(runId, [event]);
    },
    async takeList(asked) {
      const since = new Set<string>();
      begun.add(since);
      try {
        mergeList(await asked, since);
      } finally {
        begun.delete(since);
      }
    },
  };
}
