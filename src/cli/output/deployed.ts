import type { Instance } from '../../shared/model/instance.ts';
import type { RunSnapshot } from '../../shared/model/run.ts';
import { findServer } from '../../shared/model/target.ts';
import { quoted } from '../commands/command.ts';
import { texts } from '../text.ts';
import { alignRows, bold, cyan, dim, green, type Line } from './line.ts';
import { marksOf, type Look } from './look.ts';
import { describeAccess, formatLimits } from './operations.ts';
import { nameOfPlace } from './place-words.ts';
import { formatDuration } from './quantity.ts';
import { TEXT_COLUMNS, wrapText } from './text-width.ts';

/** What a person is told when a deployment has ended well: where it is, who reaches it, what to do next. Pure. */
export function formatDeployed(instance: Instance, run: RunSnapshot, look: Look, width: number | undefined): Line[] {
  const { name, target, version, port, token } = instance;
  const applied = run.steps.filter((step) => step.status === 'applied').length;
  const work = texts.workOf(applied, run.stats === undefined ? undefined : formatDuration(run.stats.durationMs));
  const columns = Math.min(TEXT_COLUMNS, width ?? TEXT_COLUMNS);
  const facts = [
    texts.deployedPlace(version, nameOfPlace(target), port),
    ...(target.kind === 'docker' ? [texts.deployedLimits(formatLimits(instance.limits))] : []),
    reachOf(instance),
    ...(token === undefined ? [] : [texts.tokenIn[token.backend]]),
  ];
  return [
    [],
    [green(marksOf(look).done), ' ', bold(texts.deployed(name)), dim(`  ${work}`)],
    ...facts.flatMap((fact) => wrapText(fact, columns - 2)).map((line): Line => [`  ${line}`]),
    [],
    ...alignRows([
      [cyan(`  hardshell open ${quoted(name)}`), dim(texts.nextOpen)],
      [cyan(`  hardshell logs ${quoted(name)} --follow`), dim(texts.nextLogs)],
    ]),
  ];
}

function reachOf(instance: Instance): string {
  if (instance.ingress !== undefined && instance.ingress.access.mode !== 'tunnel')
    return texts.reachedFromOutside(describeAccess(instance));
  return findServer(instance.target) === undefined ? texts.reachedHere : texts.reachedBySsh;
}
