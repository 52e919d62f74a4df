import type { Readable } from 'node:stream';
import type { ShellSession } from '../api-link.ts';
import type { TerminalSize } from '../host/host.ts';
import type { DashboardHandOff } from '../openclaw/sign-in.ts';
import type { GatewayLook } from '../places/server-control.ts';
import type { Reading } from './metric-reading.ts';
import type { WayEnd } from './way.ts';

/** What a link finds at the machine of one instance, while the way there is open. One implementation a kind of target. */
export interface LinkEnd extends WayEnd {
  /** What the machine says of the gateway. @throws AppError */
  look(): Promise<GatewayLook>;
  /**
   * Tells of changes of the gateway that the machine knows before the gateway is asked, until the signal aborts. Where the
   * machine tells of none, this settles at once.
   */
  watchGateway(onChange: () => void, signal: AbortSignal): Promise<void>;
  /** Looks at the machine every few seconds until the signal aborts. @throws AppError where it can not */
  readMetrics(onReading: (reading: Reading) => void, signal: AbortSignal): Promise<void>;
  openShell(size: TerminalSize): Promise<ShellSession>;
  openLogs(how: { readonly follow: boolean; readonly lines: number }, signal: AbortSignal): Promise<Readable>;
  askHandOff(signal: AbortSignal): Promise<DashboardHandOff>;
}
