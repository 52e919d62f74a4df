import { countOf } from './output/quantity.ts';

/** What the command line says of updates. */
export const updateTexts = {
  asking: (name: string) => `Asking what is newer than what ${name} runs`,
  askingRegistry: 'Asking the registry for the newest version',
  isNewest: (name: string, version: string) => `${name} runs OpenClaw ${version}, the newest.`,
  runsAlready: (name: string, version: string) => `${name} runs OpenClaw ${version} already.`,
  heading: (name: string) => `Update of ${name}`,
  versions: (runs: string, wanted: string) => `OpenClaw ${runs} to ${wanted}`,
  skipped: (count: number) => `${countOf(count, 'version')} in between`,
  nodeNew: (version: string) => `${version} is put there: the present one does not do`,
  disk: (needed: string, free: string) => `about ${needed} needed meanwhile, ${free} free`,
  noChangelog: 'nothing that can be read: upstream has published none with it',
  moreLines: (count: number) => `… and ${countOf(count, 'line')} more`,
  askUpdate: (name: string, version: string) => `Update ${name} to OpenClaw ${version}?`,
  updated: (name: string, version: string) =>
    `${name} runs OpenClaw ${version}. To take it back: hardshell rollback ${name}`,
  means: (name: string, version: string, age: string) =>
    `${name} goes back to OpenClaw ${version} and to how it was ${age}. What has come since is kept as a backup of its own.`,
  askRollback: (name: string) => `Roll ${name} back?`,
  rolledBack: (name: string, version: string) => `${name} runs OpenClaw ${version} again.`,
  left: (name: string, size: string, age: string) =>
    `${name}: what an update that failed had made of the state lies on its machine, ${size} of ${age}. It goes with the first backup after 30 days.`,
  askForget: (name: string) => `Remove what an update has left of ${name}? There is no backup of it.`,
  forgot: (name: string) => `What an update had left of ${name} is gone.`,
  needsName: {
    message: 'Which instance is not said.',
    hint: 'Name one, or add --all for every one that has a newer version, one after another.',
  },
  nameAndAll: '--all is for every instance: leave the name out, or --all.',
  noneDeployed: 'There is no instance that could be updated.',
  askAll: (count: number) => `Update ${countOf(count, 'instance')}, one after another?`,
  allNewest: 'Every instance runs the newest version.',
  ends: {
    done: 'updated',
    newest: 'the newest already',
    suspended: 'suspended: not updated',
    adopted: 'adopted: updated by whoever set it up',
    failed: 'failed',
    left: 'not begun',
  },
  dryRunAll: (count: number) => `Nothing was changed: ${countOf(count, 'instance')} would be updated.`,
  policyOf: (name: string) => `Updates of ${name}`,
  onlyAsked: 'only when asked',
  afterBackup: 'after a backup, to the newest version, and back by itself where it does not come up',
  askPolicy: 'Keep to this from now on?',
};
