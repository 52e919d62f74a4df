import type { AppError } from '../shared/app-error.ts';
import type { AdoptionChoice, TokenPlace } from '../shared/model/adoption.ts';
import type { RunSnapshot } from '../shared/model/run.ts';
import type { Target } from '../shared/model/target.ts';
import type { ConnectOptions, Preview, PreviewOptions, RunOptions } from './api.ts';

/** An OpenClaw that was found at a place. */
export interface FoundInstall {
  /** By which it is meant in the next question. */
  readonly id: string;
  readonly kind: 'container' | 'service';
  /** Name of the container, or account of the service. */
  readonly title: string;
  readonly version?: string;
  /** Of its machine's loopback address. */
  readonly port?: number;
  /** As its programs see it. */
  readonly stateDir?: string;
  /** Where its gateway's token lies. Never the token. */
  readonly token?: TokenPlace;
  /** The instance of ours that it is already. */
  readonly ours?: string;
  /** Why it cannot be adopted as it is. */
  readonly problem?: AppError;
}

export interface ImportRequest {
  readonly target: Target;
  readonly name: string;
  /** Where there is more than one. */
  readonly which?: string;
  /** What a person wants changed in the same go; nothing is changed otherwise. */
  readonly changes: readonly AdoptionChoice[];
}

/** What exists already, and Hardshell did not make. */
export interface Imports {
  /** Connects and reads; changes nothing. @throws AppError `import.place` */
  look(target: Target, options?: ConnectOptions): Promise<readonly FoundInstall[]>;
  /** @throws AppError `import.*`, `instance.exists` */
  preview(request: ImportRequest, options?: PreviewOptions): Promise<Preview>;
  start(previewId: string, options?: RunOptions): Promise<RunSnapshot>;
}
