/**
 * What the desktop's preload script hands to the page as `window.hardshell`: a pipe, and nothing that could do anything by
 * itself. Messages are those of `wire.ts`; both ends parse what they get.
 */
export interface Bridge {
  post(message: unknown): void;
  postBytes(frame: Uint8Array): void;
  onMessage(listener: (message: unknown) => void): void;
  onBytes(listener: (frame: Uint8Array) => void): void;
}
