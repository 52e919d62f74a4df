import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { toReport, type Stream } from '../../client.ts';
import { useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { parseEntry } from '../../../shared/model/log.ts';
import { addLines, emptyBook, KEPT_LINES, pauseBook, resumeBook, type LogBook } from './log-book.ts';
import { createLineSplitter, makeLine, stampOf, type LogLine } from './log-line.ts';
import { readRange, type LogRange } from './log-range.ts';

const FIRST_LINES = 2_000;
/** Where a time is asked for: as many as are kept. */
const RANGE_LINES = KEPT_LINES;
/** Lines are shown in batches: a screen is drawn anew no more often than this. */
const BATCH_MS = 80;

interface Log {
  readonly book: LogBook;
  readonly state: { readonly is: 'opening' | 'following' } | { readonly is: 'ended'; readonly error?: ErrorReport };
  readonly pause: () => void;
  readonly resume: () => void;
  readonly followAgain: () => void;
}

export function useLog({ id: instanceId }: InstanceView, range: LogRange): Log {
  const client = useClient();
  const isConnected = useStore(({ connection }) => connection === 'connected');
  const [book, setBook] = useState<LogBook>(emptyBook);
  const [state, setState] = useState<Log['state']>({ is: 'opening' });
  const [attempt, setAttempt] = useState(0);
  const lastNumber = useRef(0);
  /** Which range the book is of. */
  const shown = useRef(range);

  useEffect(() => {
    const asked = readRange(range, Date.now());
    if (!isConnected || asked === undefined) return undefined;
    let stream: Stream | undefined;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let batch: LogLine[] = [];

    setState({ is: 'opening' });
    const flush = (): void => {
      timer = undefined;
      const more = batch;
      batch = [];
      setBook((now) => addLines(now, more));
    };
    const follow = async (): Promise<void> => {
      const { streamId } = await client.call('log.open', {
        instanceId,
        lines: range.is === 'newest' ? FIRST_LINES : RANGE_LINES,
        ...asked,
      });
      stream = client.openStream(streamId);
      if (isOver) {
        stream.close();
        return;
      }
      const isOther = shown.current !== range;
      shown.current = range;
      // after a lost connection the newest lines come once more; who reads a paused log keeps what is read
      setBook((now) => (now.waiting === undefined || isOther ? emptyBook : { ...now, waiting: [], dropped: 0 }));
      setState({ is: 'following' });
      const split = createLineSplitter();
      stream.onData((bytes, taken) => {
        const today = stampOf(new Date()).day;
        for (const raw of split(bytes)) {
          const entry = parseEntry(raw);
          if (entry === undefined) continue;
          lastNumber.current += 1;
          batch.push(makeLine(lastNumber.current, entry, today));
        }
        taken();
        timer ??= setTimeout(flush, BATCH_MS);
      });
      stream.onEnd((error) => {
        if (isOver || error?.code === 'door.connection-lost') return;
        clearTimeout(timer);
        flush();
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
  }, [client, instanceId, isConnected, attempt, range]);

  const pause = useCallback(() => setBook(pauseBook), []);
  const resume = useCallback(() => setBook(resumeBook), []);
  const followAgain = useCallback(() => {
    setState({ is: 'opening' });
    setAttempt((number) => number + 1);
  }, []);
  return { book, state, pause, resume, followAgain };
}
