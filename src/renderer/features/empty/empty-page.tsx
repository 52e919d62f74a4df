import { Laptop, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatRoute } from '../../router.ts';
import { text } from '../../text/index.ts';
import styles from './empty-page.module.css';

const words = text.empty;

export function EmptyPage() {
  return (
    <div className={styles['page']}>
      <h1>{words.title}</h1>
      <p className={styles['lead']}>{words.lead}</p>
      <ul className={styles['cards']}>
        <Card place="local" icon={<Laptop size={20} aria-hidden />} />
        <Card place="server" icon={<Server size={20} aria-hidden />} />
      </ul>
    </div>
  );
}

interface CardProps {
  readonly place: 'local' | 'server';
  readonly icon: ReactNode;
}

function Card({ place, icon }: CardProps) {
  const { title, hint, needs } = words.places[place];
  return (
    <li>
      <a
        className={styles['card']}
        href={formatRoute({ page: 'new', place })}
        // the first Enter of three
        ref={(link) => {
          if (place === 'local' && document.activeElement === document.body) link?.focus();
        }}
      >
        <span className={styles['icon']}>{icon}</span>
        <span className={styles['title']}>{title}</span>
        <span className={styles['hint']}>{hint}</span>
        <span className={styles['needs']}>{needs}</span>
      </a>
    </li>
  );
}
