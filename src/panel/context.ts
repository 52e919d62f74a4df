import type { InstanceLink } from '../core/index.ts';
import type { CallName, CallOutput, CallRequest, EventName, EventPayload } from '../shared/contract/contract.ts';
import type { ErrorReport } from '../shared/app-error.ts';
import type { Instance } from '../shared/model/instance.ts';
import type { InstanceId } from '../shared/model/ids.ts';
import type { ContainerStatuses } from './containers.ts';
import type { GivenStore } from './given.ts';
import type { Masks } from './masks.ts';
import type { PanelDeps } from './ports.ts';
import type { DoorRuns, Drafts } from './runs.ts';
import type { Shells } from './shells.ts';
import type { Streams } from './streams.ts';
import type { Watches } from './watches.ts';

export type Tell = <N extends EventName>(event: N, payload: EventPayload<N>) => void;

/** What the sessions of a door share. */
export interface PanelContext extends PanelDeps {
  readonly runs: DoorRuns;
  readonly given: GivenStore;
  readonly shells: Shells;
  readonly containers: ContainerStatuses;
  readonly masks: Masks;
  /** @throws AppError `instance.unknown` */
  find(id: InstanceId): Promise<Instance>;
  readonly link: (id: InstanceId) => Promise<InstanceLink>;
  readonly report: (error: unknown) => ErrorReport;
}

/** What belongs to one session. */
export interface SessionContext {
  readonly drafts: Drafts;
  readonly watches: Watches;
  readonly streams: Streams;
  readonly tell: Tell;
  /** Aborted when the interface is gone: for what only it would have read. */
  readonly signal: AbortSignal;
}

export interface CallContext {
  readonly panel: PanelContext;
  readonly session: SessionContext;
  /** The work is done when the reply is out: bytes of a stream follow its number. */
  readonly afterReply: (work: () => void) => void;
}

type Handler<N extends CallName> = (input: CallRequest<N>, context: CallContext) => Promise<CallOutput<N>>;

/** Exactly one handler for each of these calls: a missing one, and one too many, do not compile. */
export type Handlers<N extends CallName = CallName> = { readonly [K in N]: Handler<K> };
