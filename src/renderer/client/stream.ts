import type { ErrorReport } from '../../shared/app-error.ts';
import { ACK_EVERY_BYTES } from '../../shared/contract/stream.ts';

export interface Stream {
  readonly id: number;
  /**
   * One listener. It calls `taken` when it is done with the bytes (for a terminal: when they are parsed); the door holds its
   * source back until then.
   */
  onData(listener: (bytes: Uint8Array, taken: () => void) => void): void;
  onEnd(listener: (error: ErrorReport | undefined) => void): void;
  write(bytes: Uint8Array): void;
  close(): void;
}

interface Wire {
  write(stream: number, bytes: Uint8Array): void;
  ack(stream: number, bytes: number): void;
  close(stream: number): void;
}

/** Where the client puts what belongs to one stream. */
export interface StreamEnd extends Stream {
  push(bytes: Uint8Array): void;
  end(error: ErrorReport | undefined): void;
}

export function createStream(id: number, wire: Wire): StreamEnd {
  const early: Uint8Array[] = [];
  let onData: ((bytes: Uint8Array, taken: () => void) => void) | undefined;
  let onEnd: ((error: ErrorReport | undefined) => void) | undefined;
  let ended: { readonly error: ErrorReport | undefined } | undefined;
  let unacknowledged = 0;

  const deliver = (bytes: Uint8Array): void => {
    onData?.(bytes, () => {
      unacknowledged += bytes.length;
      if (unacknowledged < ACK_EVERY_BYTES || ended !== undefined) return;
      wire.ack(id, unacknowledged);
      unacknowledged = 0;
    });
  };

  return {
    id,
    push(bytes) {
      if (onData === undefined) early.push(bytes);
      else deliver(bytes);
    },
    end(error) {
      if (ended !== undefined) return;
      ended = { error };
      onEnd?.(error);
    },
    onData(listener) {
      onData = listener;
      for (const bytes of early.splice(0)) deliver(bytes);
    },
    onEnd(listener) {
      onEnd = listener;
      if (ended !== undefined) listener(ended.error);
    },
    write: (bytes) => wire.write(id, bytes),
    close() {
      if (ended !== undefined) return;
      ended = { error: undefined };
      wire.close(id);
    },
  };
}
