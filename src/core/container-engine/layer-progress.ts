import type { ImageProgress } from './image.ts';

/** A line of what an engine says while it pulls or builds. */
export interface EngineLine {
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly stream?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly aux?: { readonly ID?: string };
}

/** Adds up the layers of a pull. A layer whose size is not known yet does not count. */
export class LayerProgress {
  readonly #layers = new Map<string, { done: number; total: number }>();

  /** What there is to tell after this line; undefined: nothing new. */
  take(line: EngineLine): ImageProgress | undefined {
    const { id, status, progressDetail } = line;
    if (status === undefined) return undefined;
    if (id === undefined || progressDetail === undefined) return { line: status };
    const layer = this.#layers.get(id);
    if (status === 'Downloading') {
      const total = progressDetail.total ?? layer?.total ?? 0;
      if (total <= 0) return undefined;
      this.#layers.set(id, { done: Math.min(progressDetail.current ?? 0, total), total });
    } else if (layer !== undefined && layer.done < layer.total && /complete|Extracting|Verifying/.test(status)) {
      layer.done = layer.total;
    } else return status.startsWith('Pulling from') ? { line: `${status} ${id}` } : undefined;
    return this.#sum();
  }

  #sum(): ImageProgress {
    const sum = { done: 0, total: 0 };
    for (const layer of this.#layers.values()) {
      sum.done += layer.done;
      sum.total += layer.total;
    }
    return { ...sum, unit: 'bytes' };
  }
}

/** The steps of a build, and the layers of what it is built from. */
export class BuildProgress {
  readonly #layers = new LayerProgress();
  #lastLines: string[] = [];
  /** It is at its first instruction: what fails there is the base image. */
  isAtBase = false;
  /** The image that it is built from. */
  base: string | undefined;

  take(line: EngineLine): ImageProgress | undefined {
    if (line.stream === undefined) return this.#layers.take(line);
    const text = line.stream.trimEnd();
    if (text === '') return undefined;
    this.#lastLines = [...this.#lastLines, ...text.split('\n')].slice(-KEPT_LINES);
    const step = /^Step (\d+)\/(\d+) : (\S+)\s*(\S*)/.exec(text);
    if (step === null) return { line: text };
    this.isAtBase = step[3] === 'FROM';
    if (this.isAtBase) this.base = step[4];
    return { line: text, done: Number(step[1]) - 1, total: Number(step[2]), unit: 'items' };
  }

  get lastLines(): readonly string[] {
    return this.#lastLines;
  }
}

const KEPT_LINES = 20;
