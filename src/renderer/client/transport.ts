/** How messages and frames reach a door, whichever it is. One listener each: the client. */
export interface Transport {
  /** False: there is no connection now, and the message is lost. */
  send(message: object): boolean;
  sendFrame(frame: Uint8Array): boolean;
  listen(listener: TransportListener): void;
  /** Tries again now instead of at the next turn. */
  reconnect(): void;
}

export interface TransportListener {
  onMessage(message: unknown): void;
  onFrame(frame: Uint8Array): void;
  onConnection(state: 'connected' | 'lost' | 'signed-out'): void;
}
