import type { ReactNode } from 'react';
import type { Route } from '../router.ts';
import { text } from '../text/index.ts';
import { Banners } from './banners.tsx';
import { Sidebar } from './sidebar.tsx';
import styles from './shell.module.css';

export function Shell({ route, children }: { readonly route: Route; readonly children: ReactNode }) {
  return (
    <div className={styles['shell']}>
      <a
        className={styles['skip']}
        href="#content"
        onClick={(event) => {
          // the hash is the router's
          event.preventDefault();
          document.getElementById('content')?.focus();
        }}
      >
        {text.shell.skip}
      </a>
      <Sidebar route={route} />
      <div className={styles['right']}>
        <Banners />
        <main id="content" className={styles['content']} tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}
