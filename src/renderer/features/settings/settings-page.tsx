import type { Theme } from '../../../shared/contract/app.ts';
import { chooseTheme, readAgain, useClient } from '../../live.ts';
import { useStore } from '../../store.ts';
import { text } from '../../text/index.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { AlertsPanel } from '../alerts/alerts-panel.tsx';
import { WatchServicePanel } from '../alerts/watch-service-panel.tsx';
import { MirrorsPanel } from './mirrors-panel.tsx';
import styles from './settings-page.module.css';

const t = text.settings;
const themes: readonly Theme[] = ['system', 'light', 'dark'];

export function SettingsPage() {
  const client = useClient();
  const info = useStore((state) => state.info);
  const error = useStore((state) => state.loadErrors.info);
  const wait = <Skeleton width="180px" />;
  return (
    <div className={styles['page']}>
      <h1>{t.title}</h1>
      {info === undefined && error !== undefined && <ErrorPanel error={error} onRetry={() => readAgain(client)} />}
      <Panel heading={t.look}>
        <ThemeChoice />
      </Panel>
      <Panel heading={t.secrets}>
        <KeyValue
          rows={[{ key: t.secretsWhere, value: info === undefined ? wait : t.backends[info.secretsBackend] }]}
        />
      </Panel>
      <Panel heading={t.storage}>
        <KeyValue
          rows={[
            {
              key: t.dataDir,
              value:
                info === undefined ? (
                  wait
                ) : (
                  <span className={styles['path']}>
                    <code>{info.dataDir}</code>
                    <CopyButton value={info.dataDir} label={t.copyDataDir} />
                  </span>
                ),
            },
          ]}
        />
      </Panel>
      <AlertsPanel />
      <WatchServicePanel />
      <MirrorsPanel />
      <Panel heading={t.about}>
        <KeyValue
          rows={[
            { key: t.version, value: info === undefined ? wait : `${text.product} ${info.version}` },
            { key: t.who, value: info === undefined ? wait : info.who },
            { key: t.telemetry, value: t.telemetryNone },
          ]}
        />
      </Panel>
    </div>
  );
}

function ThemeChoice() {
  const client = useClient();
  const theme = useStore((state) => state.theme);
  return (
    <fieldset className={styles['themes']}>
      <legend>{t.theme}</legend>
      {themes.map((choice) => (
        <label key={choice}>
          <input type="radio" name="theme" checked={theme === choice} onChange={() => chooseTheme(client, choice)} />
          {t.themes[choice]}
        </label>
      ))}
    </fieldset>
  );
}
