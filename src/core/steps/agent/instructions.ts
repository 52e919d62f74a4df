import { createHash } from 'node:crypto';
import { needed, satisfied } from '../../../shared/model/run.ts';
import type { Fact } from '../../facts/fact.ts';
import {
  planWorkspaceFile,
  splitInstructions,
  type WorkspaceFile,
  type WorkspaceFilePlan,
} from '../../openclaw/workspace-files.ts';
import type { ApplyContext, CheckContext, Step } from '../step.ts';
import type { RecordKeeper } from './record-keeper.ts';

/** The folder in which an agent keeps what it is told about itself. */
export interface Workspace {
  /** What `read` asks. */
  readonly facts: readonly Fact<unknown>[];
  read(context: CheckContext, name: WorkspaceFile['name']): Promise<string | undefined>;
  /** Replaces the file whole; `keepOld` leaves the one before beside it. */
  write(context: ApplyContext, name: WorkspaceFile['name'], text: string, keepOld: boolean): Promise<void>;
}

/** Instructions in the agent's own files, before it wakes up for the first time; what people and agents wrote there stays. */
export function instructionsStep(instructions: string, workspace: Workspace, keeper: RecordKeeper): Step {
  const files = splitInstructions(instructions);
  const sha256 = createHash('sha256').update(instructions).digest('hex');
  const planFile = async (context: CheckContext, file: WorkspaceFile): Promise<WorkspaceFilePlan> => {
    const isWritten = (await keeper.read()) === sha256;
    return planWorkspaceFile(await workspace.read(context, file.name), file, isWritten);
  };
  return {
    id: 'instructions',
    title: 'Tell the agent who it is',
    facts: workspace.facts,
    timeoutMs: 60_000,
    async check(context) {
      const plans = await Promise.all(files.map((file) => planFile(context, file)));
      const open = plans.filter((plan) => plan.is === 'needed');
      if (open.length > 0) return needed(open.map(({ because }) => because).join('; '));
      return satisfied(plans.map(({ because }) => because).join('; '));
    },
    async apply(context) {
      for (const file of files) {
        const plan = await planFile(context, file);
        if (plan.is === 'needed') await workspace.write(context, file.name, plan.text, plan.keepOld);
      }
      await keeper.keep(sha256);
    },
  };
}
