import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorReport } from '../../../shared/app-error.ts';
import type { PreviewView } from '../../../shared/contract/deployment.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { DeploymentSecretsInput } from '../../../shared/model/spec.ts';
import { toReport } from '../../client.ts';
import { createDraftId } from '../../draft-id.ts';
import { useClient } from '../../live.ts';
import { goTo } from '../../router.ts';
import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { PlanSteps } from '../../ui/plan-steps.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { readUnknownKey, secretFor, SecretForm, type MissingName, type SecretName } from './secret-form.tsx';

const words = text.run.again;

type Asked =
  | { readonly is: 'asking' }
  | { readonly is: 'answered'; readonly preview: Planned }
  | { readonly is: 'refused'; readonly error: ErrorReport };

export interface PlanQuestion {
  readonly draftId: string;
  readonly secrets: DeploymentSecretsInput;
  readonly trustHostKeys: string[];
}

/** A plan, and what it would need that nobody has any more. */
export interface Planned extends PreviewView {
  readonly missing?: readonly MissingName[];
}
interface PlanDialogProps {
  readonly title: string;
  readonly lead?: string;
  readonly go: string;
  readonly cancel?: string;
  /** Says all that was found, beside the steps, and not only what warns. */
  readonly tells?: boolean;
  /** Stays the same function for as long as the question is the same. */
  readonly ask: (question: PlanQuestion) => Promise<Planned>;
  readonly start: (previewId: RunId) => Promise<{ readonly runId: RunId }>;
  readonly onClose: () => void;
  /** The run has begun. Default: as `onClose`. */
  readonly onBegun?: () => void;
}

/** Nothing starts that was not shown: looks, asks for what is missing on the way there, shows the steps, and only then begins. */
export function PlanDialog(props: PlanDialogProps) {
  const { title, lead, go, cancel = text.common.cancel, tells = false } = props;
  const { ask: askFor, start: begin, onClose, onBegun = onClose } = props;
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
    askFor({ draftId, secrets: given.current, trustHostKeys: [...trusted.current] }).then(
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
  }, [client, askFor]);

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

  const start = async ({ previewId }: Planned): Promise<void> => {
    setStarting(true);
    started.current = true;
    try {
      const { runId } = await begin(previewId);
      onBegun();
      goTo({ page: 'run', runId });
    } catch (error) {
      started.current = false;
      setStarting(false);
      setAsked({ is: 'refused', error: toReport(error) });
    }
  };

  const fingerprint = asked.is === 'refused' ? readUnknownKey(asked.error) : undefined;
  const refusing = asked.is === 'answered' ? asked.preview.findings.filter(({ level }) => level === 'refuse') : [];
  const said = asked.is === 'answered' ? asked.preview.findings.filter(({ level }) => tells || level === 'warn') : [];
  const canStart = asked.is === 'answered' && refusing.length === 0;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{cancel}</Button>
          {canStart && (
            <Button variant="primary" busy={starting} autoFocus onClick={() => void start(asked.preview)}>
              {go}
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
          {lead !== undefined && <p>{lead}</p>}
          {said.length > 0 && <KeyValue rows={said.map(({ title: key, because }) => ({ key, value: because }))} />}
          {asked.preview.missing?.map((name) => (
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
