import { text } from '../../text/index.ts';
import { SavedServers } from './saved-servers.tsx';
import styles from './servers-page.module.css';
import { TrustedKeys } from './trusted-keys.tsx';

export function ServersPage() {
  return (
    <div className={styles['page']}>
      <h1>{text.servers.title}</h1>
      <SavedServers />
      <TrustedKeys />
    </div>
  );
}
