import { Container, Server, TriangleAlert } from 'lucide-react';
import type { FoundInstallView } from '../../../shared/contract/import.ts';
import { hintHere } from '../../text/error-text.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import styles from './import.module.css';

const words = text.import;

interface FoundRowProps {
  readonly found: FoundInstallView;
  readonly onAdopt: () => void;
}

/** One that was found: where it lies, and whether it can be adopted. */
export function FoundRow({ found, onAdopt }: FoundRowProps) {
  const { kind, title, version, port, stateDir, token, ours, problem } = found;
  const problemHint = problem === undefined ? undefined : hintHere(problem);
  const facts = [
    version === undefined ? undefined : words.version(version),
    port === undefined ? undefined : words.port(port),
    stateDir,
    token === undefined ? undefined : words.tokens[token],
  ].filter((fact) => fact !== undefined);
  return (
    <li className={styles['row']}>
      {kind === 'container' ? <Container size={16} aria-hidden /> : <Server size={16} aria-hidden />}
      <div className={styles['what']}>
        <span>
          <span className={styles['dim']}>{words.kinds[kind]} </span>
          <strong>{title}</strong>
        </span>
        {facts.length > 0 && <span className={styles['dim']}>{facts.join(' · ')}</span>}
        {ours !== undefined && <span className={styles['dim']}>{words.ours(ours)}</span>}
        {problem !== undefined && (
          <span className={styles['problem']}>
            <TriangleAlert size={12} aria-hidden />
            <span>
              {problem.message}
              {problemHint !== undefined && <span className={styles['hint']}>{problemHint}</span>}
            </span>
          </span>
        )}
      </div>
      {ours === undefined && (
        <Button size="small" disabled={!canAdopt(found)} aria-label={words.adoptOf(title)} onClick={onAdopt}>
          {words.adopt}
        </Button>
      )}
    </li>
  );
}

/** A service that asks for no token can be given one in the same go. Pure. */
export function canAdopt({ kind, ours, problem }: FoundInstallView): boolean {
  if (ours !== undefined) return false;
  return problem === undefined || (problem.code === 'import.no-auth' && kind === 'service');
}
