import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import type { ReachingAction } from '../../use-reach.ts';
import { readUnknownKey, secretFor, SecretForm } from './secret-form.tsx';

interface ReachTroubleProps {
  readonly action: ReachingAction;
  /** The work has gone well after all. */
  readonly onDone?: () => void;
}

/** Why a server was not reached, and what a person can say to it. */
export function ReachTrouble({ action: { error, again }, onDone }: ReachTroubleProps) {
  if (error === undefined) return null;
  const fingerprint = readUnknownKey(error);
  const tryAgain = (more: Parameters<typeof again>[0]): void =>
    void again(more).then((wentWell) => {
      if (wentWell) onDone?.();
    });
  return (
    <>
      {fingerprint !== undefined && (
        <KeyValue rows={[{ key: text.wizard.hostKey.fingerprint, value: <code>{fingerprint}</code> }]} />
      )}
      <ErrorPanel
        error={error}
        onRetry={() => tryAgain({})}
        actions={
          fingerprint !== undefined && (
            <Button onClick={() => tryAgain({ trust: fingerprint })}>{text.wizard.hostKey.trust}</Button>
          )
        }
      />
      <SecretForm name={secretFor[error.code]} onGive={(name, value) => tryAgain({ secrets: { [name]: value } })} />
    </>
  );
}
