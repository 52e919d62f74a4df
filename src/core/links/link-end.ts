import type { Instance } from '../../shared/model/instance.ts';
import type { ShellSession } from '../api-link.ts';
import type { TerminalSize } from '../host/host.ts';
import type { OpenGateway } from '../openclaw/device-connection.ts';
import type { DashboardHandOff } from '../openclaw/sign-in.ts';
import type { LogFeed } from '../places/logs/log-feed.ts';
import type { GatewayLook } from '../places/gateway-look.ts';
import type { Reading } from './metric-reading.ts';
import type { UsageReading, UsageWish } from './usage-reading.ts';
import type { WayEnd } from './way.ts';

/** What a link finds at the machine of one instance, while the way there is open. One implementation a kind of target. */
export interface LinkEnd extends WayEnd {
  /** What the machine says of the gateway. @throws AppError */
  look(): Promise<GatewayLook>;
  /** How its gateway is signed in to. Absent: by its token alone, as one that sees us as local. */
  readonly openGateway?: OpenGateway;
  /**
   * Tells of changes of the gateway that the machine knows before the gateway is asked, until the signal aborts. Where the
   * machine tells of none, this settles at once.
   */
  watchGateway(onChange: () => void, signal: AbortSignal): Promise<void>;
  /** Looks at the machine every few seconds until the signal aborts. @throws AppError where it can not */
  readMetrics(onReading: (reading: Reading) => void, signal: AbortSignal): Promise<void>;
  /** Looks at what the instance itself takes, every few seconds until the signal aborts. @throws AppError where it can not */
  watchUsage(wish: UsageWish, onReading: (reading: UsageReading) => void, signal: AbortSignal): Promise<void>;
  openShell(size: TerminalSize): Promise<ShellSession>;
  /** What can be read of its logs there, for the instance as its record stands. */
  logFeeds(instance: Instance): readonly LogFeed[];
  askHandOff(signal: AbortSignal): Promise<DashboardHandOff>;
  /** Lets a page in that comes from this port of this computer. Absent: the gateway lets them all in by itself. */
  admitOrigin?(port: number, signal: AbortSignal): Promise<void>;
}
