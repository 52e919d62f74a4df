import { CircleDashed } from 'lucide-react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { formatTarget } from '../../../shared/model/target.ts';
import { goTo } from '../../router.ts';
import { sortRuns } from '../../run-fold.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';

/** A deployment that is going on, or has not come to its end: the run knows more. */
export function NotDeployed({ instance }: { readonly instance: InstanceView }) {
  const runs = useStore((state) => state.runs);
  const last = sortRuns(runs).find((run) => run.instanceId === instance.id);
  const runId = last?.runId ?? instance.lastRun;
  const isRunning = last?.status === 'running';
  const t = text.instance.states;
  return (
    <Empty
      icon={<CircleDashed size={18} aria-hidden />}
      title={isRunning ? t.deployingTitle : t.notDeployedTitle}
      action={
        instance.adopted !== undefined && !isRunning ? (
          <Button variant="primary" onClick={() => goTo({ page: 'import', place: formatTarget(instance.target) })}>
            {text.import.open}
          </Button>
        ) : (
          runId !== undefined && (
            <Button variant="primary" onClick={() => goTo({ page: 'run', runId })}>
              {t.toRun}
            </Button>
          )
        )
      }
    >
      {isRunning ? t.deployingHint : t.notDeployedHint}
    </Empty>
  );
}
