import { useEffect, useState } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { InstanceView } from '../../../shared/contract/instance.ts';
import { DEFAULT_CPUS, DEFAULT_MEMORY_BYTES } from '../../../shared/model/resources.ts';
import { toReport } from '../../client.ts';
import { useClient } from '../../live.ts';
import { text } from '../../text/index.ts';
import { formatAccess } from '../../text/access-text.ts';
import { formatBytes } from '../../text/measures.ts';
import { formatPlace } from '../../text/place-text.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { PlanSteps } from '../../ui/plan-steps.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Findings } from './check-screen.tsx';
import { HostKeyScreen, isHostKeyError } from './host-key-screen.tsx';
import styles from './review-screen.module.css';
import { ScreenFrame } from './screen-frame.tsx';
import type { WizardState } from './wizard-state.ts';
import { ask, deploy, dispatch, stopAsking } from './wizard-store.ts';

const words = text.wizard.review;

export function ReviewScreen({ state }: { readonly state: WizardState }) {
  const client = useClient();
  const { place, plan } = state;
  const [deploying, setDeploying] = useState(false);
  const [failure, setFailure] = useState<ErrorReport>();
  const isOpen = plan.is === 'not-asked';
  useEffect(() => {
    if (isOpen) ask(client, place, 'plan');
  }, [client, place, isOpen]);

  const back = (): void => {
    if (plan.is === 'asking') stopAsking(client, place);
    dispatch(place, { type: 'went', to: 'what' });
  };
  const again = (): void => {
    setFailure(undefined);
    ask(client, place, 'plan');
  };

  if (plan.is === 'refused') {
    if (isHostKeyError(plan.error)) return <HostKeyScreen state={state} error={plan.error} onBack={back} />;
    return (
      <ScreenFrame
        title={text.wizard.check.titleProblem}
        lead={text.wizard.check.leadProblem}
        onBack={back}
        onNext={again}
        nextLabel={text.wizard.check.again}
        focusNext
      >
        <ErrorPanel error={plan.error} />
      </ScreenFrame>
    );
  }
  if (plan.is !== 'answered') {
    const phase = plan.is === 'asking' ? plan.phase : undefined;
    return (
      <ScreenFrame title={words.title} lead={`${text.wizard.check.phases[phase ?? 'connecting']}…`} onBack={back}>
        <div className={styles['waiting']} aria-hidden>
          {[52, 64, 40, 58, 47, 66].map((width) => (
            <div key={width}>
              <Skeleton width={`${width}%`} />
            </div>
          ))}
        </div>
      </ScreenFrame>
    );
  }

  const { previewId, instance, findings, steps } = plan.preview;
  const refusing = findings.filter(({ level }) => level === 'refuse' || level === 'warn');
  const refuses = findings.some(({ level }) => level === 'refuse');
  const start = (): void => {
    setDeploying(true);
    deploy(client, place).catch((error: unknown) => {
      setDeploying(false);
      setFailure(toReport(error));
    });
  };
  return (
    <ScreenFrame
      title={refuses ? text.wizard.check.titleProblem : words.title}
      lead={refuses ? text.wizard.check.leadProblem : words.lead(formatPlace(instance.target))}
      onBack={back}
      onNext={refuses ? again : start}
      nextLabel={refuses ? text.wizard.check.again : words.deploy}
      nextBusy={deploying}
      focusNext
    >
      {failure !== undefined && <ErrorPanel error={failure} onRetry={again} />}
      {refusing.length > 0 && <Findings findings={refusing} />}
      <section className={styles['summary']} aria-label={words.summary}>
        <KeyValue
          rows={[
            { key: text.wizard.what.name, value: instance.name },
            { key: words.version, value: words.runtime(instance.version, instance.nodeVersion) },
            ...(place === 'docker'
              ? [
                  { key: words.image, value: imageOf(state) },
                  { key: words.limits, value: limitsOf(instance) },
                ]
              : []),
            { key: words.model, value: instance.model ?? words.noModel },
            { key: words.reach, value: formatAccess(instance) ?? words.reachPrivate },
          ]}
        />
      </section>
      <PlanSteps steps={steps} rehearse={(stepId) => client.call('deployment.rehearse', { previewId, stepId })} />
    </ScreenFrame>
  );
}

function imageOf({ draft: { imageKind, imageRef } }: WizardState): string {
  return imageKind === 'other' ? imageRef.trim() : text.wizard.what.images[imageKind];
}

function limitsOf({ limits }: InstanceView): string {
  const { memoryBytes = DEFAULT_MEMORY_BYTES, cpus = DEFAULT_CPUS } = limits ?? {};
  return words.limitsOf(formatBytes(memoryBytes), cpus);
}
