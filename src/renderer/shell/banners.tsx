import { CircleAlert, PlugZap, X } from 'lucide-react';
import { useClient } from '../live.ts';
import { dismissNotice, useStore } from '../store.ts';
import { text } from '../text/index.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './banners.module.css';
import { Prose } from '../ui/prose.tsx';

/** What is wrong beside what is being looked at. */
export function Banners() {
  const client = useClient();
  const connection = useStore((state) => state.connection);
  const notices = useStore((state) => state.notices);
  return (
    <div aria-live="polite">
      {connection === 'lost' && (
        <div className={styles['banner']} data-level="warn">
          <PlugZap size={16} aria-hidden />
          <p>{text.shell.lost}</p>
          <Button size="small" onClick={() => client.reconnect()}>
            {text.shell.reconnect}
          </Button>
        </div>
      )}
      {connection === 'signed-out' && (
        <div className={styles['banner']} data-level="error">
          <PlugZap size={16} aria-hidden />
          <p>
            {text.shell.signedOut} <Prose>{text.shell.signedOutHint}</Prose>
          </p>
        </div>
      )}
      {notices.map(({ id, level, message }) => (
        <div key={id} className={styles['banner']} data-level={level}>
          <CircleAlert size={16} aria-hidden />
          <p>{message}</p>
          <IconButton label={text.shell.dismiss} icon={<X size={14} aria-hidden />} onClick={() => dismissNotice(id)} />
        </div>
      ))}
    </div>
  );
}
