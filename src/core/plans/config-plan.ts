import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { Room } from '../steps/backup/room.ts';
import type { ConfigWrite } from '../api-operations.ts';
import { writeConfigStep } from '../steps/config/config-room.ts';
import type { Plan } from './plan.ts';

/** Pure. */
export function buildConfigPlan({ name, target }: Instance, room: Room, write: ConfigWrite): Plan {
  return {
    kind: 'config',
    why: `configure ${name} on ${formatTarget(target)}`,
    stages: [[writeConfigStep(room, write)]],
  };
}
