import { useCallback, useEffect, useState } from 'react';
import { Route } from 'lucide-react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import { toReport } from '../../client.ts';
import { fetchRun, useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { RunView } from './run-view.tsx';
import styles from './run-page.module.css';

export function RunPage({ runId }: { readonly runId: string }) {
  const client = useClient();
  const run = useStore((state) => state.runs[runId]);
  const connection = useStore((state) => state.connection);
  const [absent, setAbsent] = useState(false);
  const [error, setError] = useState<ErrorReport>();
  const read = useCallback((): void => {
    setError(undefined);
    fetchRun(client, runId).then(
      (found) => setAbsent(found === 'absent'),
      (thrown: unknown) => setError(toReport(thrown)),
    );
  }, [client, runId]);
  // after every new connection as well: what was told meanwhile went to nobody
  useEffect(() => {
    if (connection === 'connected') read();
  }, [connection, read]);

  if (run !== undefined) return <RunView run={run} />;
  if (absent) {
    return (
      <Empty
        alone
        icon={<Route size={18} aria-hidden />}
        title={text.run.absentTitle}
        action={<Button onClick={() => goTo({ page: 'activity' })}>{text.shell.activity}</Button>}
      >
        {text.run.absentHint}
      </Empty>
    );
  }
  return (
    <div className={styles['page']}>
      {error === undefined ? <Skeleton width="240px" height="20px" /> : <ErrorPanel error={error} onRetry={read} />}
    </div>
  );
}
