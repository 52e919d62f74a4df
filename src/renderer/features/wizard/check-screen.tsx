import { CircleCheck, CircleX, TriangleAlert, Wrench } from 'lucide-react';
import { useEffect } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { FindingView } from '../../../shared/contract/deployment.ts';
import { formatTarget } from '../../../shared/model/target.ts';
import { useClient } from '../../live.ts';
import { formatRoute, goTo } from '../../router.ts';
import { hintHere } from '../../text/error-text.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel, isCuredByMirror } from '../../ui/error-panel.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { HostKeyScreen, isHostKeyError } from './host-key-screen.tsx';
import { ScreenFrame } from './screen-frame.tsx';
import type { Place } from './draft.ts';
import type { WizardState } from './wizard-state.ts';
import { ask, dispatch, stopAsking } from './wizard-store.ts';
import styles from './check-screen.module.css';

const words = text.wizard.check;

const expectedAt: Readonly<Record<Place, readonly string[]>> = {
  local: words.expectedLocal,
  server: words.expectedServer,
  docker: words.expectedDocker,
};

export function CheckScreen({ state }: { readonly state: WizardState }) {
  const client = useClient();
  const { place, look } = state;
  const isOpen = look.is === 'not-asked';
  useEffect(() => {
    if (isOpen) ask(client, place, 'look');
  }, [client, place, isOpen]);

  const back = (): void => {
    if (look.is === 'asking') stopAsking(client, place);
    if (place === 'local') goTo({ page: 'new' });
    else dispatch(place, { type: 'went', to: 'where' });
  };
  const again = (): void => ask(client, place, 'look');

  if (look.is === 'refused') {
    if (isHostKeyError(look.error)) return <HostKeyScreen state={state} error={look.error} onBack={back} />;
    return (
      <ScreenFrame
        title={words.titleProblem}
        lead={words.leadProblem}
        onBack={back}
        onNext={again}
        nextLabel={words.again}
        focusNext
      >
        <ErrorPanel error={look.error} />
      </ScreenFrame>
    );
  }
  if (look.is !== 'answered') {
    const phase = look.is === 'asking' ? look.phase : undefined;
    const expected = expectedAt[place];
    return (
      <ScreenFrame title={words.title} lead={`${words.phases[phase ?? 'connecting']}… ${words.lead}`} onBack={back}>
        <ul className={styles['list']} aria-hidden>
          {expected.map((title, index) => (
            <li key={title} className={styles['finding']}>
              <Skeleton width="16px" height="16px" />
              <span className={styles['title']}>{title}</span>
              <span>
                <Skeleton width={`${40 + ((index * 17) % 40)}%`} />
              </span>
            </li>
          ))}
        </ul>
      </ScreenFrame>
    );
  }
  const { findings } = look.preview;
  const refuses = findings.some(({ level }) => level === 'refuse');
  const fixes = findings.filter(({ level }) => level === 'fix').length;
  return (
    <ScreenFrame
      title={refuses ? words.titleProblem : words.titleDone}
      lead={refuses ? words.leadProblem : words.leadDone(fixes)}
      onBack={back}
      onNext={refuses ? again : () => dispatch(place, { type: 'went', to: 'what' })}
      {...(refuses ? { nextLabel: words.again } : {})}
      focusNext
      beside={refuses ? undefined : <Button onClick={again}>{words.again}</Button>}
    >
      <Findings findings={findings} />
      {place !== 'local' && findings.some(isForeign) && (
        <p className={styles['adopt']}>
          <span>{text.import.insteadHint}</span>
          <a href={formatRoute({ page: 'import', place: formatTarget(look.preview.instance.target) })}>
            {text.import.instead}
          </a>
        </p>
      )}
    </ScreenFrame>
  );
}

/** There is an OpenClaw already that others have set up. Pure. */
function isForeign({ error }: FindingView): boolean {
  return error?.code === 'preflight.foreign-install';
}

export function Findings({ findings }: { readonly findings: readonly FindingView[] }) {
  return (
    <ul className={styles['list']}>
      {findings.map((finding) => (
        <li key={finding.id} className={styles['finding']} data-level={finding.level}>
          <LevelIcon level={finding.level} />
          <span className={styles['title']}>{finding.title}</span>
          <span className={styles['because']}>
            {finding.because}
            {finding.error !== undefined && <Hint of={finding.error} />}
            {finding.error !== undefined && isCuredByMirror(finding.error) && (
              <a href={formatRoute({ page: 'settings' })}>{text.common.chooseMirrors}</a>
            )}
          </span>
          {finding.level !== 'ok' && <span className={styles['level']}>{words.levels[finding.level]}</span>}
        </li>
      ))}
    </ul>
  );
}

function Hint({ of }: { readonly of: ErrorReport }) {
  const hint = hintHere(of);
  return hint === undefined ? null : <span className={styles['hint']}>{hint}</span>;
}

function LevelIcon({ level }: { readonly level: FindingView['level'] }) {
  const label = words.levels[level];
  switch (level) {
    case 'ok':
      return <CircleCheck size={16} aria-label={label} role="img" />;
    case 'fix':
      return <Wrench size={16} aria-label={label} role="img" />;
    case 'warn':
      return <TriangleAlert size={16} aria-label={label} role="img" />;
    case 'refuse':
      return <CircleX size={16} aria-label={label} role="img" />;
  }
}
