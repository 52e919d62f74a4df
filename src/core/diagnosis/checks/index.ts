import type { DiagnosisCheck } from '../check.ts';
import { accessChecks } from './access-checks.ts';
import { configChecks } from './config-checks.ts';
import { machineChecks } from './machine-checks.ts';
import { containerChecks, serviceChecks } from './service-checks.ts';

/** All that is judged from one reading. */
export const checks: readonly DiagnosisCheck[] = [
  ...configChecks,
  ...accessChecks,
  ...serviceChecks,
  ...containerChecks,
  ...machineChecks,
];
