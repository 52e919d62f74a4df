import { useEffect, useRef, useState } from 'react';
import type { SchemaSource } from '../../../shared/model/config-schema.ts';
import { useClient } from '../../live.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { text } from '../../text/index.ts';
import { createEditor, type Editor } from './code-editor.ts';
import styles from './configuration.module.css';
import type { Issue } from './find-issue.ts';

const words = text.configuration;

interface TextPanelProps {
  readonly instanceId: InstanceView['id'];
  /** What is shown at first; from then on the editor has it. */
  readonly text: string;
  readonly issues: readonly Issue[];
  readonly onType: (typed: string) => void;
  readonly onLook: () => void;
}

/** openclaw.json as it is written. Another file is another editor: the key says so. */
export function TextPanel({ instanceId, text: shown, issues, onType, onLook }: TextPanelProps) {
  const client = useClient();
  const [schema, setSchema] = useState<SchemaSource>();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor>(undefined);
  const told = useRef({ onType, onLook });
  useEffect(() => {
    told.current = { onType, onLook };
  });
  const first = useRef(shown);
  useEffect(() => {
    if (host.current === null) return undefined;
    const made = createEditor(host.current, first.current, {
      label: words.text.label,
      onType: (typed) => told.current.onType(typed),
      onLook: () => told.current.onLook(),
      ask: {
        async lint(typed) {
          const found = await client.call('configuration.lint', { instanceId, text: typed });
          setSchema(found.schema);
          return found;
        },
        describe: (path) => client.call('configuration.describe', { instanceId, path: [...path] }),
      },
    });
    editor.current = made;
    return () => made.destroy();
  }, [client, instanceId]);
  useEffect(() => editor.current?.showIssues(issues), [issues]);
  return (
    <section aria-label={words.views.text}>
      <div className={styles['editor']} ref={host} />
      <p className={styles['note']}>
        {words.text.note} {schema !== undefined && words.schema.sources[schema]}
      </p>
    </section>
  );
}
