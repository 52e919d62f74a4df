import type { CallName, CallOutput, CallRequest } from '../../src/shared/contract/contract.ts';
import type { RunId } from '../../src/shared/model/ids.ts';
import type { RunSnapshot } from '../../src/shared/model/run.ts';
import { instances, makePreview } from './fake-data.ts';
import { makeRun, runs } from './fake-runs.ts';

type ChangeCall = Extract<CallName, 'change.preview' | 'change.start' | 'run.list' | 'run.get'>;
type Handlers = {
  readonly [N in ChangeCall]: (input: CallRequest<N>) => CallOutput<N> | Promise<CallOutput<N>>;
};

/** How long an invented run takes. */
const RUN_MS = 60;

/** @param look `ends`: what is begun comes to an end, and the third one fails; else it is one that stands still. */
export function createChangeHandlers(look: string, emit: (event: string, payload: unknown) => void): Handlers {
  const begun: RunSnapshot[] = [];
  let asked = '';
  const put = (run: RunSnapshot): void => {
    const at = begun.findIndex(({ runId }) => runId === run.runId);
    begun.splice(at === -1 ? begun.length : at, 1, run);
    emit('run.listChanged', {});
  };
  return {
    'change.preview': ({ instanceId }) => {
      asked = instanceId;
      return makePreview('');
    },
    'change.start': () => {
      if (look !== 'ends') return { runId: runs[0]?.runId as RunId };
      const number = begun.length + 1;
      const id = `r-begun0000-${String(number).padStart(8, '0')}`;
      const { name: instanceName = '' } = instances.find((one) => one.id === asked) ?? {};
      const of = (run: RunSnapshot): RunSnapshot => ({
        ...run,
        kind: 'update',
        instanceName,
        seq: run.seq + (run.status === 'running' ? 0 : 1),
      });
      put(of(makeRun(id, 3, 'running', 0)));
      const isBad = number === 3;
      const end = (): void =>
        put(of(isBad ? makeRun(id, 5, 'failed', 0, 'download.failed') : makeRun(id, 11, 'succeeded', 0)));
      setTimeout(end, RUN_MS);
      return { runId: id as CallOutput<'change.start'>['runId'] };
      return { runId: id as RunId };
    },
    'run.list': () =>
      [...begun, ...runs].map((run) => ({ ...run, steps: run.steps.map((step) => ({ ...step, lastLines: [] })) })),
    'run.get': ({ runId }) => [...begun, ...runs].find((run) => run.runId === runId) ?? null,
  };
}
