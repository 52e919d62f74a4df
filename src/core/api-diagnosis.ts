import type { Diagnosis, DoctorDiff } from '../shared/model/diagnosis.ts';
import type { ConnectOptions } from './api.ts';

/** One file of a support bundle, with everything taken out of it that is somebody's own. */
export interface BundleFile {
  readonly path: string;
  readonly text: string;
}

export interface SupportBundle {
  readonly id: string;
  /** `hardshell-support-2026-11-21.tar.gz`: not even the name of the instance is in it. */
  readonly fileName: string;
  readonly files: readonly BundleFile[];
  /** The same files as one .tar.gz. */
  readonly archive: Buffer;
}

/** What is wrong with an instance. Mending it is a change like any other (`repair`). */
export interface DiagnosisApi {
  /**
   * What the checks find. `quick`: one reading of the machine. `slow`: what OpenClaw itself finds, and what is seen from outside; it
   * takes seconds. Changes nothing. @throws AppError
   */
  look(name: string, depth: 'quick' | 'slow', options?: ConnectOptions): Promise<Diagnosis>;
  /** What OpenClaw's doctor would make of openclaw.json, tried on a copy. Takes seconds. @throws AppError */
  doctorDiff(name: string, options?: ConnectOptions): Promise<DoctorDiff>;
  /** Gathers everything that helps to help. The last few are kept until this process ends. @throws AppError */
  bundle(name: string, options?: ConnectOptions): Promise<SupportBundle>;
  /** @throws AppError `bundle.unknown` */
  keptBundle(id: string): SupportBundle;
}
