import { abortError, raceAbort } from '../host/abort.ts';
import type { EngineOptions } from './container-engine.ts';
import type { ImageLook, ImageProgress } from './image.ts';

type OnProgress = (progress: ImageProgress) => void;
type Build = (onProgress: OnProgress, signal: AbortSignal) => Promise<ImageLook>;

interface Running {
  readonly result: Promise<ImageLook>;
  readonly waiting: Set<OnProgress>;
  readonly stop: AbortController;
  last: ImageProgress | undefined;
}

/** One build at a time; whoever asks for the tag that is being built waits for the same build, and it goes on while anybody waits. */
export class BuildQueue {
  readonly #running = new Map<string, Running>();
  #last: Promise<unknown> = Promise.resolve();

  async run(tag: string, build: Build, onProgress: OnProgress, options: EngineOptions = {}): Promise<ImageLook> {
    options.signal?.throwIfAborted();
    const running = this.#running.get(tag) ?? this.#begin(tag, build);
    // In a wrapper of its own: two who wait may have handed in the same function.
    const listener: OnProgress = (progress) => {
      onProgress(progress);
    };
    running.waiting.add(listener);
    if (running.last !== undefined) onProgress(running.last);
    try {
      return await raceAbort(running.result, [options.signal]);
    } finally {
      running.waiting.delete(listener);
      if (running.waiting.size === 0 && options.signal?.aborted === true) {
        // The next who asks starts anew instead of joining what is being stopped.
        if (this.#running.get(tag) === running) this.#running.delete(tag);
        running.stop.abort(abortError(options.signal));
      }
    }
  }

  #begin(tag: string, build: Build): Running {
    const stop = new AbortController();
    const waiting = new Set<OnProgress>();
    const onProgress: OnProgress = (progress) => {
      running.last = progress;
      for (const listener of waiting) listener(progress);
    };
    const result = this.#last.then(() => {
      stop.signal.throwIfAborted();
      return build(onProgress, stop.signal);
    });
    const running: Running = { result, waiting, stop, last: undefined };
    this.#running.set(tag, running);
    // Whoever asked for it is told how it ended; the next one in the queue only waits for the end.
    this.#last = result
      .catch(() => undefined)
      .then(() => {
        if (this.#running.get(tag) === running) this.#running.delete(tag);
      });
    return running;
  }
}
