import { text } from '../../text/index.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import type { ReachingAction } from '../../use-reach.ts';
import { readUnknownKey, secretFor, SecretForm } from './secret-form.tsx';

interface ReachTroubleProps {
  readonly action: ReachingAction;
}

/** Why a server was not reached, and what a person can say to it. */
export function ReachTrouble({ action: { error, again } }: ReachTroubleProps) {
  if (error === undefined) return null;
  const fingerprint = readUnknownKey(error);
  return (
    <>
      {fingerprint !== undefined && (
        <KeyValue rows={[{ key: text.wizard.hostKey.fingerprint, value: <code>{fingerprint}</code> }]} />
      )}
      <ErrorPanel
        error={error}
        onRetry={() => void again({})}
        actions={
          fingerprint !== undefined && (
            <Button onClick={() => void again({ trust: fingerprint })}>{text.wizard.hostKey.trust}</Button>
          )
        }
      />
      <SecretForm name={secretFor[error.code]} onGive={(name, value) => void again({ secrets: { [name]: value } })} />
    </>
  );
}
