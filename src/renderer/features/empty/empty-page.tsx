import { Container, Laptop, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatRoute, goTo, type NewPlace } from '../../router.ts';
import { openAdopt } from '../../store.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
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
        <Card place="docker" icon={<Container size={20} aria-hidden />} />
      </ul>
      <p className={styles['adopt']}>
        <span>{text.import.openHint}</span>
        <Button onClick={() => goTo({ page: 'import' })}>{text.import.open}</Button>
      </p>
      <p className={styles['adopt']}>
        <span>{text.backups.adopt.hint}</span>
        <Button onClick={openAdopt}>{text.backups.adopt.open}</Button>
      </p>
    </div>
  );
}

interface CardProps {
  readonly place: NewPlace;
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
