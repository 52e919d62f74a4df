import { Activity, CircleArrowUp, Plus, Search, Server, Settings, TriangleAlert } from 'lucide-react';
import { memo, useDeferredValue, useMemo, useState, useSyncExternalStore } from 'react';
import { alertTitles } from '../../shared/alert-words.ts';
import { worstAlertOf } from '../../shared/alert-worst.ts';
import type { InstanceState, InstanceView } from '../../shared/contract/instance.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { namePaletteKey } from '../palette-key.ts';
import { formatRoute, goTo, type InstanceTab, type Route } from '../router.ts';
import { openPalette, openUpdateAll, useStore } from '../store.ts';
import { formatPlace } from '../text/place-text.ts';
import { text } from '../text/index.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Input } from '../ui/input.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { StatusDot } from '../ui/status-dot.tsx';
import { listOutdated, useNewest } from '../use-newest.ts';
import styles from './sidebar.module.css';

/** As many are found by looking. */
const FILTER_FROM = 8;

export function Sidebar({ route }: { readonly route: Route }) {
  const instances = useStore((state) => state.instances);
  const hasRunning = useStore((state) => Object.values(state.runs).some(({ status }) => status === 'running'));
  const page = (name: 'servers' | 'activity' | 'settings') => ({
    href: formatRoute({ page: name }),
    ...(route.page === name ? { 'aria-current': 'page' as const } : {}),
  });
  return (
    <nav className={styles['sidebar']} aria-label={text.shell.navigation}>
      <div className={styles['head']}>
        <span className={styles['product']}>
          <Mark />
          {text.product}
        </span>
      </div>
      <button type="button" className={styles['search']} onClick={openPalette}>
        <Search size={14} aria-hidden />
        <span>{text.shell.palette}</span>
        <PaletteKey />
      </button>
      <div className={styles['section']}>
        <h2>{text.shell.instances}</h2>
        <IconButton
          label={text.shell.newInstance}
          icon={<Plus size={15} aria-hidden />}
          onClick={() => goTo({ page: 'new' })}
        />
      </div>
      <UpdateAll instances={instances} />
      {instances === undefined ? <Waiting /> : <Instances instances={instances} route={route} />}
      <ul className={styles['places']}>
        <li>
          <a className={styles['item']} {...page('servers')}>
            <Server size={15} aria-hidden />
            {text.shell.servers}
          </a>
        </li>
        <li>
          <a className={styles['item']} {...page('activity')}>
            <Activity size={15} aria-hidden />
            {text.shell.activity}
            {hasRunning && <span className={styles['working']} role="img" aria-label={text.shell.working} />}
          </a>
        </li>
        <li>
          <a className={styles['item']} {...page('settings')}>
            <Settings size={15} aria-hidden />
            {text.shell.settings}
          </a>
        </li>
      </ul>
    </nav>
  );
}

/** The key that works where the focus is. */
function PaletteKey() {
  const name = useSyncExternalStore(followFocus, () => namePaletteKey(document.activeElement));
  return <kbd>{name}</kbd>;
}

function followFocus(tell: () => void): () => void {
  addEventListener('focusin', tell);
  addEventListener('focusout', tell);
  return () => {
    removeEventListener('focusin', tell);
    removeEventListener('focusout', tell);
  };
}

/** One alone says so on its own page. */
const OFFER_FROM = 2;

function UpdateAll({ instances }: { readonly instances: readonly InstanceView[] | undefined }) {
  const outdated = listOutdated(instances, useNewest()).length;
  if (outdated < OFFER_FROM) return null;
  return (
    <Button
      variant="quiet"
      size="small"
      className={styles['updateAll']}
      icon={<CircleArrowUp size={14} aria-hidden />}
      onClick={openUpdateAll}
    >
      {text.updates.all.open(outdated)}
    </Button>
  );
}

function Instances({ instances, route }: { readonly instances: readonly InstanceView[]; readonly route: Route }) {
  const [filter, setFilter] = useState('');
  const statuses = useStore((state) => state.statuses);
  const alerts = useStore((state) => state.alerts);
  // the letters come first, hundreds of rows when there is time between two of them
  const words = useDeferredValue(filter);
  const shown = useMemo(() => {
    const wanted = words.trim().toLowerCase();
    return instances.filter(
      ({ name, target }) => name.toLowerCase().includes(wanted) || formatPlace(target).toLowerCase().includes(wanted),
    );
  }, [instances, words]);
  return (
    <>
      {instances.length >= FILTER_FROM && (
        <Input
          className={styles['filter']}
          type="search"
          aria-label={text.shell.filterInstances}
          placeholder={text.shell.filterInstances}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      )}
      {shown.length === 0 && (
        <p className={styles['none']}>{instances.length === 0 ? text.shell.noInstances : text.shell.noMatch}</p>
      )}
      <ul className={styles['list']}>
        {shown.map((instance) => (
          <Row
            key={instance.id}
            instance={instance}
            state={statuses[instance.id]?.state}
            alert={worstAlertOf(alerts, instance.id)}
            tab={route.page === 'instance' ? route.tab : 'overview'}
            isCurrent={route.page === 'instance' && route.instanceId === instance.id}
          />
        ))}
      </ul>
    </>
  );
}

interface RowProps {
  readonly instance: InstanceView;
  /** Undefined: not asked yet. */
  readonly state: InstanceState | undefined;
  /** The worst of its alerts; undefined: nothing is wrong, as far as anybody watches. */
  readonly alert: Alert | undefined;
  readonly tab: InstanceTab;
  readonly isCurrent: boolean;
}

const Row = memo(function Row({ instance, state, alert, tab, isCurrent }: RowProps) {
  const { id, name, target, phase } = instance;
  return (
    <li className={styles['row']}>
      <a
        className={styles['instance']}
        href={formatRoute({ page: 'instance', instanceId: id, tab })}
        {...(isCurrent ? { 'aria-current': 'page' as const } : {})}
      >
        <StatusDot state={state ?? (phase === 'deploying' ? 'not-deployed' : 'unknown')} wordless />
        <span className={styles['name']}>{name}</span>
        {alert !== undefined && (
          <TriangleAlert
            className={styles['alert']}
            data-level={alert.level}
            size={13}
            role="img"
            aria-label={text.alerts.list.of(alertTitles[alert.kind])}
          />
        )}
        <span className={styles['place']}>{formatPlace(target)}</span>
      </a>
    </li>
  );
});

function Waiting() {
  return (
    <ul className={styles['list']} aria-hidden>
      {['70%', '50%', '60%'].map((width) => (
        <li key={width} className={styles['waiting']}>
          <Skeleton width={width} />
        </li>
      ))}
    </ul>
  );
}

function Mark() {
  return (
    <svg width="18" height="18" viewBox="140 180 744 744" aria-hidden fill="none" stroke="currentColor">
      <path
        d="M450 712 171.8 588.2A73.4 73.4 0 0 1 218.3 465.5 76.7 76.7 0 0 1 312 365.7 78.8 78.8 0 0 1 441 309.4 79.5 79.5 0 0 1 583 309.4 78.8 78.8 0 0 1 712 365.7 76.7 76.7 0 0 1 805.7 465.5 73.4 73.4 0 0 1 852.2 588.2L574 712Z"
        strokeWidth="62"
        strokeLinejoin="round"
      />
      <path d="M478 600 390 400M546 600 634 400" strokeWidth="48" strokeLinecap="round" />
      <path d="M410 712h204l-40 112H450Z" strokeWidth="62" strokeLinejoin="round" />
    </svg>
  );
}
