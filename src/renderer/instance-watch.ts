import { useEffect, useState } from 'react';
import type { ErrorReport } from '../shared/app-error.ts';
import type { MetricSample } from '../shared/contract/instance.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import { toReport } from './client.ts';
import { useClient } from './live.ts';
import { addSample } from './metric-samples.ts';
import { useStore } from './store.ts';

export interface InstanceWatch {
  /** Of the last day, oldest first. Undefined: not asked yet. */
  readonly samples: readonly MetricSample[] | undefined;
  readonly error: ErrorReport | undefined;
}

/** Looks at an instance for as long as its page is open: the door tells of it only then. */
export function useInstanceWatch(instanceId: InstanceId): InstanceWatch {
  const client = useClient();
  const connection = useStore((state) => state.connection);
  const [watch, setWatch] = useState<InstanceWatch>({ samples: undefined, error: undefined });

  useEffect(() => {
    if (connection !== 'connected') return undefined;
    let isOver = false;
    const stopHearing = client.on('instance.sampled', (heard) => {
      if (heard.instanceId !== instanceId) return;
      setWatch((now) => ({ ...now, samples: addSample(now.samples ?? [], heard.sample) }));
    });
    client.call('instance.watch', { instanceId }).then(
      ({ history }) => {
        if (isOver) return;
        // samples may have come before the answer
        setWatch((now) => ({ samples: (now.samples ?? []).reduce(addSample, history), error: undefined }));
      },
      (error: unknown) => {
        if (!isOver) setWatch({ samples: [], error: toReport(error) });
      },
    );
    return () => {
      isOver = true;
      stopHearing();
      // a session that is gone watches nothing any more
      client.call('instance.unwatch', { instanceId }).catch(() => undefined);
    };
  }, [client, connection, instanceId]);

  return watch;
}
