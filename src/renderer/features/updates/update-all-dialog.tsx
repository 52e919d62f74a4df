import { useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { CallError, toReport, type Client } from '../../client.ts';
import { createDraftId } from '../../draft-id.ts';
import { useClient } from '../../live.ts';
import { formatRoute } from '../../router.ts';
import { closeUpdateAll, useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { listOutdated, useNewest } from '../../use-newest.ts';
import styles from './updates.module.css';

const words = text.updates.all;

interface Row {
  readonly instance: InstanceView;
  readonly is: keyof typeof words.states;
  readonly runId?: string;
  readonly error?: ErrorReport;
}

/** Every instance that has a newer version, one after another, and no further than to the first that fails. */
export function UpdateAllDialog() {
  const client = useClient();
  const newest = useNewest();
  const instances = useStore((state) => state.instances);
  const [rows, setRows] = useState<readonly Row[]>();
  const [isBusy, setIsBusy] = useState(false);
  const isStopped = useRef(false);
  const [isStopping, setIsStopping] = useState(false);
  const wanted = rows ?? listOutdated(instances, newest).map((instance): Row => ({ instance, is: 'waiting' }));

  const start = async (version: string): Promise<void> => {
    let all: readonly Row[] = wanted;
    const mark = (index: number, more: Partial<Row>): void => {
      all = all.map((row, at) => (at === index ? { ...row, ...more } : row));
      setRows(all);
    };
    setIsBusy(true);
    setRows(all);
    for (const [index, { instance }] of wanted.entries()) {
      if (isStopped.current) break;
      mark(index, { is: 'looking' });
      try {
        const runId = await begin(client, instance, instance.pendingUpdate?.version ?? version);
        mark(index, { is: 'running', runId });
        const error = await waitForEnd(client, runId);
        mark(index, error === undefined ? { is: 'done' } : { is: 'failed', error });
        if (error !== undefined) break;
      } catch (failure) {
        mark(index, { is: 'failed', error: toReport(failure) });
        break;
      }
    }
    all = all.map((row) => (row.is === 'waiting' ? { ...row, is: 'left' } : row));
    setRows(all);
    setIsBusy(false);
  };
  const isBegun = rows !== undefined;
  return (
    <Dialog
      open
      wide
      onClose={() => {
        // what runs goes on, and nothing after it begins
        isStopped.current = true;
        closeUpdateAll();
      }}
      title={words.title}
      actions={
        <>
          {isBusy ? (
            <Button
              disabled={isStopping}
              onClick={() => {
                isStopped.current = true;
                setIsStopping(true);
              }}
            >
              {words.stop}
            </Button>
          ) : (
            <Button onClick={closeUpdateAll}>{isBegun ? words.close : text.common.cancel}</Button>
          )}
          {!isBegun && newest !== undefined && wanted.length > 0 && (
            <Button variant="primary" autoFocus onClick={() => void start(newest)}>
              {words.go(wanted.length)}
            </Button>
          )}
        </>
      }
    >
      <p>{wanted.length === 0 ? words.nothing : words.lead}</p>
      {wanted.length > 0 && (
        <ul className={styles['all']} aria-label={words.instances} aria-live="polite">
          {wanted.map(({ instance, is, runId, error }) => (
            <li key={instance.id}>
              <span className={styles['name']}>{instance.name}</span>
              <span className={styles['versions']}>
                {text.updates.offer.fromTo(
                  instance.version,
                  instance.pendingUpdate?.version ?? newest ?? instance.version,
                )}
              </span>
              <span className={styles['state']} data-is={is}>
                {runId === undefined ? (
                  words.states[is]
                ) : (
                  <a href={formatRoute({ page: 'run', runId })}>{words.states[is]}</a>
                )}
              </span>
              {error !== undefined && (
                <div className={styles['trouble']}>
                  <ErrorPanel error={error} onLeave={closeUpdateAll} />
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {isBusy && <p className={styles['note']}>{words.stay}</p>}
    </Dialog>
  );
}

async function begin(client: Client, { id: instanceId }: InstanceView, version: string): Promise<string> {
  const { previewId, findings } = await client.call('change.preview', {
    draftId: createDraftId(),
    instanceId,
    change: { kind: 'update', version },
  });
  const refusing = findings.find(({ level }) => level === 'refuse');
  if (refusing !== undefined) {
    await client.call('deployment.discard', { previewId });
    throw new CallError(refusing.error ?? { code: 'preflight.refused', message: refusing.because, retry: true });
  }
  return (await client.call('change.start', { previewId })).runId;
}

/** Undefined: it went well. */
async function waitForEnd(client: Client, runId: string): Promise<ErrorReport | undefined> {
  await new Promise<void>((resolve) => {
    const look = (): boolean => {
      const status = useStore.getState().runs[runId]?.status;
      return status !== undefined && status !== 'running';
    };
    if (look()) {
      resolve();
      return;
    }
    const unsubscribe = useStore.subscribe(() => {
      if (!look()) return;
      unsubscribe();
      resolve();
    });
  });
  const run = (await client.call('run.get', { runId })) ?? useStore.getState().runs[runId];
  if (run?.status === 'succeeded') return undefined;
  return run?.error ?? { code: 'run.cancelled', message: text.run.stopped.cancelled.title, retry: true };
}
