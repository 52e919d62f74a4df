import { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { AppError, isAppError } from '../../shared/app-error.ts';
import { Secret } from '../../shared/secret.ts';

/*
 * The library speaks the streams of browsers. They are read and written by iteration here: Node's own adapters lose errors of
 * streams that are destroyed while they are read.
 */

/** An age identity (X25519): what opens a backup. */
export async function generateKey(): Promise<Secret> {
  return new Secret(await generateX25519Identity());
}

/** What is encrypted to a key's holder. @throws AppError `backup.key-wrong`: that is no such key */
export async function readRecipient(key: Secret): Promise<string> {
  try {
    return await identityToRecipient(key.reveal().trim());
  } catch {
    // The library's words may hold a part of what was given.
    throw new AppError('backup.key-wrong', {
      message: 'That is not the key of a backup.',
      hint: 'It begins with AGE-SECRET-KEY-1 and stands on the recovery sheet.',
    });
  }
}

/** Encrypts as it reads, in pieces of 64 kB. */
export async function* encrypt(source: AsyncIterable<Uint8Array>, recipient: string): AsyncGenerator<Uint8Array> {
  const age = new Encrypter();
  age.addRecipient(recipient);
  yield* iterate(await age.encrypt(toWebStream(source)));
}

/**
 * Decrypts as it reads; each piece that comes out is authentic, and the last one comes only from a whole file.
 * @throws AppError `backup.damaged`; errors of the source as they come
 */
export async function* decrypt(source: AsyncIterable<Uint8Array>, key: Secret): AsyncGenerator<Uint8Array> {
  const age = new Decrypter();
  age.addIdentity(key.reveal().trim());
  const failure: { error?: unknown } = {};
  try {
    yield* iterate(await age.decrypt(toWebStream(source, (error) => (failure.error = error))));
  } catch (error) {
    if ('error' in failure) throw failure.error;
    if (isAppError(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('backup.damaged', { details: { reason }, cause: error });
  }
}

function toWebStream(
  source: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void = () => undefined,
): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = await iterator.next();
          if (next.done === true) controller.close();
          else controller.enqueue(next.value);
        } catch (error) {
          onError(error);
          throw error;
        }
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

async function* iterate(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    // Whoever stops reading has no use for why the rest could not be cancelled.
    await reader.cancel().catch(() => undefined);
  }
}
