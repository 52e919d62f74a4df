import { useEffect, useRef } from 'react';
import { text } from '../../text/index.ts';
import { createDiff } from './code-editor.ts';
import styles from './configuration.module.css';

/** Two texts as one, with what is different marked. */
export function DiffView({ before, after }: { readonly before: string; readonly after: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return undefined;
    const diff = createDiff(host.current, before, after, text.configuration.preview.asText);
    return () => diff.destroy();
  }, [before, after]);
  return <div className={styles['diff']} ref={host} />;
}
