import type { Instance } from '../../shared/model/instance.ts';
import { formatTarget } from '../../shared/model/target.ts';
import type { ServerLayout } from '../openclaw/server-layout.ts';
import { absentAccountStep } from '../steps/server/absent-account.ts';
import { absentPathsStep } from '../steps/server/absent-paths.ts';
import { absentServiceStep } from '../steps/server/absent-service.ts';
import type { Step } from '../steps/step.ts';
import type { Plan } from './plan.ts';
import { buildServerClosing } from './server-ingress-plan.ts';

export interface ServerRemovalInput {
  readonly layout: ServerLayout;
  readonly instance: Instance;
  readonly purge: boolean;
  /** Whether a deployment of ours made the account; one that was there before is never deleted. */
  readonly ownsAccount: boolean;
}

/** Pure: undoes what a deployment did. Swap and firewall stay, they serve the whole server; the audit log stays as evidence. */
export function buildServerRemovalPlan({ layout, instance, purge, ownsAccount }: ServerRemovalInput): Plan {
  const stages: Step[][] = [
    ...(instance.ingress === undefined ? [] : buildServerClosing(instance)),
    [absentServiceStep(layout)],
    [
      absentPathsStep({
        id: 'programs',
        title: 'Remove OpenClaw and Node.js',
        paths: [
          layout.npmPrefix,
          `${layout.home}/.npm`,
          layout.npmrcPath,
          layout.nodeDir,
          layout.downloadDir,
          layout.profilePath,
        ],
        severity: 'safe',
      }),
    ],
    ...(purge
      ? [
          [
            absentPathsStep({
              id: 'state',
              title: 'Delete all data of OpenClaw',
              paths: [layout.stateDir, layout.backupsDir],
              severity: 'data-loss',
            }),
          ],
        ]
      : []),
    [absentAccountStep(layout, purge && ownsAccount)],
    [
      absentPathsStep({
        id: 'claim',
        title: 'Take the mark of the instance off the server',
        paths: [layout.claimPath, layout.suspendedMark, layout.suspendedGate],
        severity: 'safe',
      }),
    ],
  ];
  const what = purge ? 'remove and purge' : 'remove';
  return { kind: 'remove', why: `${what} ${instance.name} from ${formatTarget(instance.target)}`, stages };
}
