/** Where encrypted archives lie: the data folder, a folder, a server. Files are whole or not there. */
export interface ArchiveStore extends AsyncDisposable {
  /** As a record names it. */
  pathOf(name: string): string;
  /**
   * Writes under another name first, asks `check` about what has arrived, and only then gives it its name.
   * @throws AppError `backup.no-room`, `backup.denied`, `backup.unreachable`; what `check` throws: nothing is left of it then
   */
  write(
    name: string,
    source: AsyncIterable<Uint8Array>,
    check: (readBack: () => AsyncIterable<Uint8Array>) => Promise<void>,
    options?: WriteOptions,
  ): Promise<void>;
  /** @throws AppError `backup.gone`, `backup.denied`, `backup.unreachable`: when it is read */
  read(name: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  list(): Promise<StoredFile[]>;
  /** Fine where it is not there. */
  remove(name: string): Promise<void>;
}

export interface WriteOptions {
  /** How much it will be, where that is known: room is looked for before. */
  readonly bytes?: number;
  readonly signal?: AbortSignal;
}

export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  /** By the clock of the store. */
  readonly changedMs: number;
}

const TEMPORARY = /^b-[0-9a-f]{16}\.(age|json)\.[0-9a-f]{12}\.tmp$/;
/** Nobody writes for so long without a byte. */
const LEFT_BEHIND_MS = 24 * 60 * 60_000;

/** Removes what killed processes left half-written there, as the clock there says. */
export async function sweepStore(store: ArchiveStore): Promise<void> {
  const files = await store.list();
  const newestMs = Math.max(...files.map(({ changedMs }) => changedMs));
  for (const { name, changedMs } of files) {
    if (TEMPORARY.test(name) && newestMs - changedMs > LEFT_BEHIND_MS) await store.remove(name);
  }
}
