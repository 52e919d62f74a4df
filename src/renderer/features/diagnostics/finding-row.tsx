import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { DiagnosisFinding } from '../../../shared/model/diagnosis.ts';
import { formatRoute } from '../../router.ts';
import { hintHere } from '../../text/error-text.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import styles from './diagnostics.module.css';
import { tabFor } from './tab-for.ts';

const words = text.diagnostics;
const icons = { ok: CircleCheck, warn: TriangleAlert, bad: CircleX };

interface FindingRowProps {
  readonly instanceId: string;
  readonly finding: DiagnosisFinding;
  /** Absent: nothing can be mended now. */
  readonly onFix?: () => void;
}

/** What was seen, what comes of it, and what mends it. */
export function FindingRow({ instanceId, finding, onFix }: FindingRowProps) {
  const { id, title, level, because, why, fix } = finding;
  const hint = hintHere(finding);
  const Icon = icons[level];
  const tab = level === 'ok' || fix !== undefined ? undefined : tabFor(id);
  return (
    <li className={styles['finding']} data-level={level}>
      <Icon size={16} role="img" aria-label={words.levels[level]} />
      <div className={styles['words']}>
        <p className={styles['name']}>{title}</p>
        <p className={styles['dim']}>{because}</p>
        {level !== 'ok' && why !== undefined && <p className={styles['why']}>{why}</p>}
        {level !== 'ok' && hint !== undefined && <p className={styles['hint']}>{hint}</p>}
      </div>
      {level !== 'ok' && fix !== undefined && (
        <Button size="small" disabled={onFix === undefined} aria-label={`${fix.label}: ${title}`} onClick={onFix}>
          {fix.label}
        </Button>
      )}
      {tab !== undefined && (
        <a
          className={styles['elsewhere']}
          href={formatRoute({ page: 'instance', instanceId, tab })}
          aria-label={words.elsewhere(text.instance.tabs[tab], title)}
        >
          {text.instance.tabs[tab]}
        </a>
      )}
    </li>
  );
}
