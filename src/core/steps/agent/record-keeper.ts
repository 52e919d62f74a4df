/** What this installation remembers of one thing that it did: a fingerprint, never the thing. */
export interface RecordKeeper {
  read(): Promise<string | undefined>;
  keep(fingerprint: string): Promise<void>;
}
