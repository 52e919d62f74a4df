import { z } from 'zod';
import { errorReportSchema } from '../app-error.ts';
import { streamIdSchema } from './stream.ts';

/*
 * How a door and the interface speak: these objects, as JSON text over a WebSocket and as they are over Electron's IPC, and
 * beside them frames of bytes: four bytes of stream number, big-endian, then what belongs to it.
 */

/** Larger messages are not ours: instructions may have 200 000 characters. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Of one frame, its number included: what is longer is no frame. */
export const MAX_FRAME_BYTES = 256 * 1024;

export const requestSchema = z.strictObject({
  type: z.literal('call'),
  id: z.int().min(1),
  call: z.string().max(100),
  input: z.unknown(),
});
export type Request = z.infer<typeof requestSchema>;

/** The reader of a stream has taken so many bytes more. */
const ackSchema = z.strictObject({ type: z.literal('ack'), stream: streamIdSchema, bytes: z.int().min(1) });

export const toDoorSchema = z.discriminatedUnion('type', [requestSchema, ackSchema]);

export const fromDoorSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('reply'), id: z.int().min(1), output: z.unknown() }),
  z.strictObject({ type: z.literal('refusal'), id: z.int().min(1), error: errorReportSchema }),
  z.strictObject({ type: z.literal('event'), event: z.string(), payload: z.unknown() }),
]);
export type FromDoor = z.infer<typeof fromDoorSchema>;

export const STREAM_ID_BYTES = 4;

/** Pure. The bytes are copied. */
export function formatFrame(stream: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(STREAM_ID_BYTES + bytes.length);
  new DataView(frame.buffer).setUint32(0, stream);
  frame.set(bytes, STREAM_ID_BYTES);
  return frame;
}

/** Pure. The bytes are a view of the frame. Undefined: that is no frame. */
export function parseFrame(frame: Uint8Array): { readonly stream: number; readonly bytes: Uint8Array } | undefined {
  if (frame.length < STREAM_ID_BYTES || frame.length > MAX_FRAME_BYTES) return undefined;
  const stream = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0);
  return stream === 0 ? undefined : { stream, bytes: frame.subarray(STREAM_ID_BYTES) };
}
