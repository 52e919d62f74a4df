import { useCallback, useEffect, useRef, useState, type SubmitEvent } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import type { DeploymentSecretsInput } from '../../../shared/model/spec.ts';
import type { RunSnapshot } from '../../../shared/model/run.ts';
import { toReport } from '../../client.ts';
import { createDraftId } from '../../draft-id.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { PlanSteps } from '../../ui/plan-steps.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import styles from './again-dialog.module.css';

const words = text.run.again;

type SecretName = 'sshPassword' | 'keyPassphrase' | 'sudoPassword' | 'providerKey' | 'telegramToken';
const secretFor: Readonly<Record<string, SecretName>> = {
  'host.auth-failed': 'sshPassword',
  'host.identity-unusable': 'keyPassphrase',
  'host.agent-unavailable': 'sshPassword',
  'host.sudo-password': 'sudoPassword',
  'host.sudo-missing': 'sudoPassword',
};
const labels: Readonly<Record<SecretName, string>> = {
  sshPassword: words.password,
  keyPassphrase: words.passphrase,
  sudoPassword: words.sudoPassword,
  providerKey: text.wizard.what.key,
  telegramToken: text.wizard.what.telegram,
};

type Asked =
  | { readonly is: 'asking' }
  | { readonly is: 'answered'; readonly preview: CallOutput<'deployment.again'> }
  | { readonly is: 'refused'; readonly error: ErrorReport };

/** Retry and Resume: nothing starts that was not shown, so the plan is looked at once more. */
export function AgainDialog({ run, onClose }: { readonly run: RunSnapshot; readonly onClose: () => void }) {
  const client = useClient();
  const [asked, setAsked] = useState<Asked>({ is: 'asking' });
  const [starting, setStarting] = useState(false);
  const given = useRef<DeploymentSecretsInput>({});
  const trusted = useRef<readonly string[]>([]);
  const started = useRef(false);

  const ask = useCallback((): (() => void) => {
    const draftId = createDraftId();
    let wanted = true;
    let previewId: string | undefined;
    const discard = (id: string): void =>
      void client.call('deployment.discard', { previewId: id }).catch(() => undefined);
    setAsked({ is: 'asking' });
    const again = { instanceId: run.instanceId, secrets: given.current, trustHostKeys: [...trusted.current] };
    client.call('deployment.again', { draftId, ...again }).then(
      (preview) => {
        ({ previewId } = preview);
        if (wanted) setAsked({ is: 'answered', preview });
        else discard(previewId);
      },
      (error: unknown) => {
        if (wanted) setAsked({ is: 'refused', error: toReport(error) });
      },
    );
    return () => {
      wanted = false;
      if (previewId === undefined) client.call('deployment.abandon', { draftId }).catch(() => undefined);
      else if (!started.current) discard(previewId);
    };
  }, [client, run.instanceId]);

  const remember = (name: SecretName, value: string): void => {
    given.current = { ...given.current, [name]: value };
  };
  const stop = useRef<() => void>(undefined);
  const askAgain = useCallback((): void => {
    stop.current?.();
    stop.current = ask();
  }, [ask]);
  useEffect(() => {
    askAgain();
    return () => stop.current?.();
  }, [askAgain]);

  const start = async ({ previewId }: CallOutput<'deployment.again'>): Promise<void> => {
    setStarting(true);
    started.current = true;
    try {
      const { runId } = await client.call('deployment.start', { previewId });
      goTo({ page: 'run', runId });
      onClose();
    } catch (error) {
      started.current = false;
      setStarting(false);
      setAsked({ is: 'refused', error: toReport(error) });
    }
  };

  const fingerprint = asked.is === 'refused' ? readUnknownKey(asked.error) : undefined;
  const refusing = asked.is === 'answered' ? asked.preview.findings.filter(({ level }) => level === 'refuse') : [];
  const canStart = asked.is === 'answered' && refusing.length === 0;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={words.title}
      actions={
        <>
          <Button onClick={onClose}>{text.common.cancel}</Button>
          {canStart && (
            <Button variant="primary" busy={starting} autoFocus onClick={() => void start(asked.preview)}>
              {words.go}
            </Button>
          )}
        </>
      }
    >
      {asked.is === 'asking' && (
        <>
          <p role="status">{words.asking}…</p>
          <Skeleton width="70%" />
          <Skeleton width="55%" />
          <Skeleton width="62%" />
        </>
      )}
      {asked.is === 'refused' && (
        <>
          <ErrorPanel
            error={asked.error}
            onRetry={askAgain}
            actions={
              fingerprint !== undefined && (
                <Button
                  onClick={() => {
                    trusted.current = [...trusted.current, fingerprint];
                    askAgain();
                  }}
                >
                  {text.wizard.hostKey.trust}
                </Button>
              )
            }
          />
          <SecretForm
            name={secretFor[asked.error.code]}
            onGive={(name, value) => {
              remember(name, value);
              askAgain();
            }}
          />
        </>
      )}
      {refusing.map((finding) => (
        <ErrorPanel
          key={finding.id}
          error={finding.error ?? { code: 'preflight.refused', message: finding.because, retry: true }}
          onRetry={askAgain}
        />
      ))}
      {canStart && (
        <>
          <p>{words.lead}</p>
          {asked.preview.missing.map((name) => (
            <SecretForm
              key={name}
              name={name}
              note={words.missing}
              onGive={(given, value) => {
                remember(given, value);
                askAgain();
              }}
            />
          ))}
          <PlanSteps
            steps={asked.preview.steps}
            rehearse={(stepId) => client.call('deployment.rehearse', { previewId: asked.preview.previewId, stepId })}
          />
        </>
      )}
    </Dialog>
  );
}

/** The key that a person may trust: one that is not known yet, never one that has changed. Pure. */
function readUnknownKey({ code, details }: ErrorReport): string | undefined {
  const fingerprint = details?.['fingerprint'];
  return code === 'host.key-unknown' && typeof fingerprint === 'string' ? fingerprint : undefined;
}

interface SecretFormProps {
  readonly name: SecretName | undefined;
  /** Why it is asked for, where it may also be left out. */
  readonly note?: string;
  readonly onGive: (name: SecretName, value: string) => void;
}

function SecretForm({ name, note, onGive }: SecretFormProps) {
  const [value, setValue] = useState('');
  if (name === undefined) return null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (value !== '') onGive(name, value);
  };
  return (
    <form className={styles['secret']} onSubmit={submit}>
      <Field label={labels[name]} hint={note}>
        <Input
          type="password"
          autoFocus={note === undefined}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      </Field>
      <Button type="submit" disabled={value === ''}>
        {note === undefined ? words.signIn : words.use}
      </Button>
    </form>
  );
}
