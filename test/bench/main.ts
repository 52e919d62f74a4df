import { measureBackups } from './backups.ts';
import { measureContainers } from './containers.ts';
import { measureDeploy } from './deploy.ts';
import { measureDesktop } from './desktop.ts';
import { measureList } from './list.ts';
import { measureLogs } from './logs.ts';
import type { Measured } from './measure.ts';
import { measurePageSize } from './page-size.ts';
import { formatReport } from './report.ts';
import { measureTerminal } from './terminal.ts';
import { measureUpdates } from './updates.ts';
import { measureWatch } from './watch.ts';

/*
 * Ratios, taken in one run: absolute times say nothing on a shared machine. Arguments: the parts that are wanted (all of them where
 * none is named), and how many rounds.
 */

const parts: Readonly<Record<string, (rounds: number) => Promise<Measured>>> = {
  page: measurePageSize,
  list: measureList,
  desktop: measureDesktop,
  terminal: measureTerminal,
  deploy: measureDeploy,
  containers: measureContainers,
  backups: measureBackups,
  logs: measureLogs,
  updates: measureUpdates,
  watch: measureWatch,
};

async function main(args: readonly string[]): Promise<void> {
  const rounds = Number(args.find((argument) => /^[1-9]\d*$/.test(argument)) ?? 3);
  const named = args.filter((argument) => !/^\d+$/.test(argument));
  const unknown = named.find((name) => !(name in parts));
  if (unknown !== undefined)
    throw new Error(`There is no part ${unknown} of the bench, but ${Object.keys(parts).join(', ')}.`);
  const found: { name: string; measured: Measured }[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (named.length === 0 || named.includes(name)) found.push({ name, measured: await measure(rounds) });
  }
  process.stdout.write(`${formatReport(found)}\n`);
}

await main(process.argv.slice(2));
