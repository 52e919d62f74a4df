import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { toReport, type Stream } from '../../client.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { addLines, emptyBook, pauseBook, resumeBook, type LogBook } from './log-book.ts';
import { createLineSplitter, parseLine, type LogLine } from './log-line.ts';

const FIRST_LINES = 2_000;
/** Lines are shown in batches: a screen is drawn anew no more often than this. */
const BATCH_MS = 80;

interface Log {
  readonly book: LogBook;
  readonly state: { readonly is: 'opening' | 'following' } | { readonly is: 'ended'; readonly error?: ErrorReport };
  readonly pause: () => void;
  readonly resume: () => void;
  readonly followAgain: () => void;
}

export function useLog({ id: instanceId }: InstanceView): Log {
  const client = useClient();
  const isConnected = useStore(({ connection }) => connection === 'connected');
  const [book, setBook] = useState<LogBook>(emptyBook);
  const [state, setState] = useState<Log['state']>({ is: 'opening' });
  const [attempt, setAttempt] = useState(0);
  const lastNumber = useRef(0);

  useEffect(() => {
    if (!isConnected) return undefined;
    let stream: Stream | undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let batch: LogLine[] = [];

    const flush = (): void => {
      timer = undefined;
      const more = batch;
      batch = [];
      setBook((now) => addLines(now, more));
    };
    const follow = async (): Promise<void> => {
      const { streamId } = await client.call('log.follow', { instanceId, lines: FIRST_LINES });
      stream = client.openStream(streamId);
      if (isOver) {
        stream.close();
        return;
      }
      // after a lost connection the newest lines come once more; who reads a paused log keeps what is read
      setBook((now) => (now.waiting === undefined ? emptyBook : { ...now, waiting: [], dropped: 0 }));
      setState({ is: 'following' });
      const split = createLineSplitter();
      stream.onData((bytes, taken) => {
        for (const raw of split(bytes)) {
          lastNumber.current += 1;
          batch.push(parseLine(lastNumber.current, raw));
        }
        taken();
        timer ??= setTimeout(flush, BATCH_MS);
      });
      stream.onEnd((error) => {
        if (isOver || error?.code === 'door.connection-lost') return;
        setState({ is: 'ended', ...(error === undefined ? {} : { error }) });
      });
    };
    follow().catch((error: unknown) => {
      if (!isOver) setState({ is: 'ended', error: toReport(error) });
    });

    return () => {
      isOver = true;
      clearTimeout(timer);
      stream?.close();
    };
  }, [client, instanceId, isConnected, attempt]);

  const pause = useCallback(() => setBook(pauseBook), []);
  const resume = useCallback(() => setBook(resumeBook), []);
  const followAgain = useCallback(() => {
    setState({ is: 'opening' });
    setAttempt((number) => number + 1);
  }, []);
  return { book, state, pause, resume, followAgain };
}
