import type { AppError } from '../../shared/app-error.ts';

/** What one instance takes of its machine at one moment. What is not known there is absent. */
export interface UsageReading {
  /** Milliseconds, by one clock for all readings of one watch: which, is the machine's own affair. */
  readonly at: number;
  /** Of the processors that it may use, since the reading before: 0 to 1. */
  readonly cpu?: number;
  /** Of the memory that it may use: 0 to 1. */
  readonly memory?: number;
  /** Restarts that nobody asked for, counted. The count may begin anew. */
  readonly restarts?: number;
  /** Requests that came through the ingress, counted. The count may begin anew. */
  readonly requests?: number;
  /** What is kept for it: its sessions, its workspace. */
  readonly diskBytes?: number;
  /** Why something of it is not known that was wished for. What is known holds all the same. */
  readonly problem?: AppError;
}

/** What costs the machine something to find out, and is found out where somebody has a limit for it. */
export interface UsageWish {
  readonly disk: boolean;
  readonly requests: boolean;
}

/** Between two looks at what is kept: every file is asked for its size. */
export const DISK_EVERY_MS = 60_000;
