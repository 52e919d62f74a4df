import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import type { ExposureFindingView } from '../../../shared/contract/operation.ts';
import { text } from '../../text/index.ts';
import { formatMoment } from '../../text/measures.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useExposure } from '../../use-exposure.ts';
import styles from './exposure-panel.module.css';

const words = text.access.exposure;
const icons = { ok: CircleCheck, warn: TriangleAlert, bad: CircleX };
const order: readonly ExposureFindingView['level'][] = ['bad', 'warn', 'ok'];

/** What was found open from outside and from inside, the worst first. */
export function ExposurePanel({ instance }: { readonly instance: InstanceView }) {
  const { answer: report, error, asking, again } = useExposure(instance);
  const findings = [...(report?.findings ?? [])].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
  return (
    <Panel
      heading={words.title}
      flush
      actions={
        <Button size="small" busy={asking} onClick={again}>
          {words.check}
        </Button>
      }
    >
      {error !== undefined && (
        <div className={styles['trouble']}>
          <ErrorPanel error={error} />
        </div>
      )}
      {report !== undefined && (
        <div className={styles['summary']}>
          <p>{words.reachable(report.reachableFrom)}</p>
          <p className={styles['dim']} role="status">
            {asking ? words.checking : words.at(formatMoment(report.at))}
          </p>
        </div>
      )}
      {report === undefined && error === undefined && (
        <div className={styles['summary']}>
          <p className={styles['dim']} role="status">
            {words.checking}…
          </p>
          <Skeleton width="70%" />
          <Skeleton width="55%" />
        </div>
      )}
      <ul>
        {findings.map((finding) => (
          <Finding key={finding.id} finding={finding} />
        ))}
      </ul>
    </Panel>
  );
}

function Finding({ finding: { title, level, because, fix } }: { readonly finding: ExposureFindingView }) {
  const Icon = icons[level];
  return (
    <li className={styles['finding']} data-level={level}>
      <Icon size={16} role="img" aria-label={words.levels[level]} />
      <div>
        <p className={styles['title']}>
          {title}
          {level !== 'ok' && <span className={styles['level']}>{words.levels[level]}</span>}
        </p>
        <p className={styles['because']}>{because}</p>
        {fix !== undefined && (
          <div className={styles['fix']}>
            <span className={styles['dim']}>{words.fix}</span>
            <code className={styles['command']}>{fix}</code>
            <CopyButton value={fix} label={words.copyFix} />
          </div>
        )}
      </div>
    </li>
  );
}
