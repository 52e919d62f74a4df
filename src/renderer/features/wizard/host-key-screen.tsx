import { ShieldAlert, ShieldQuestion } from 'lucide-react';
import { z } from 'zod';
import type { ErrorReport } from '../../../shared/app-error.ts';
import { useClient } from '../../live.ts';
import { formatRoute } from '../../router.ts';
import { text } from '../../text/index.ts';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import styles from './host-key-screen.module.css';
import { ScreenFrame } from './screen-frame.tsx';
import type { WizardState } from './wizard-state.ts';
import { ask, dispatch } from './wizard-store.ts';

const words = text.wizard.hostKey;

const keySchema = z.object({ type: z.string(), fingerprint: z.string(), where: z.string() });
/** What the error's details say; what is not there is not shown. */
const detailsSchema = z.object({
  host: z.string().catch(''),
  type: z.string().catch(''),
  fingerprint: z.string().catch(''),
  known: z.array(keySchema).catch([]),
  sameKeyElsewhere: z.array(keySchema).catch([]),
});
type Details = z.infer<typeof detailsSchema>;

export function isHostKeyError(error: ErrorReport): boolean {
  return error.code.startsWith('host.key-');
}

interface HostKeyScreenProps {
  readonly state: WizardState;
  readonly error: ErrorReport;
  readonly onBack: () => void;
}

/** Before anything is signed in to: who is there? */
export function HostKeyScreen({ state, error, onBack }: HostKeyScreenProps) {
  const client = useClient();
  const details = detailsSchema.parse(error.details ?? {});
  if (error.code !== 'host.key-unknown') return <Stopped error={error} details={details} onBack={onBack} />;
  const trust = (): void => {
    dispatch(state.place, { type: 'trusted', fingerprint: details.fingerprint });
    ask(client, state.place, 'look');
  };
  return (
    <ScreenFrame
      title={words.unknownTitle}
      lead={words.unknownLead(details.host)}
      onBack={onBack}
      onNext={trust}
      nextLabel={words.trust}
    >
      <div className={styles['key']}>
        <ShieldQuestion size={20} aria-hidden />
        <div className={styles['shown']}>
          <p className={styles['label']}>
            {words.fingerprint} <span>{details.type}</span>
          </p>
          <p className={styles['fingerprint']}>
            <code>{details.fingerprint}</code>
            <CopyButton value={details.fingerprint} label={text.common.copy} />
          </p>
        </div>
      </div>
      <OtherKeys heading={words.elsewhere} keys={details.sameKeyElsewhere} />
      <OtherKeys heading={words.knownOther} keys={details.known} />
      <section className={styles['how']}>
        <h2>{words.how}</h2>
        <p>{words.howProvider}</p>
        <p>{words.howConsole}</p>
        <div className={styles['command']}>
          <Code>{words.howCommand}</Code>
          <CopyButton value={words.howCommand} label={text.common.copy} />
        </div>
      </section>
    </ScreenFrame>
  );
}

interface StoppedProps {
  readonly error: ErrorReport;
  readonly details: Details;
  readonly onBack: () => void;
}

/** A page, not a dialog to click away: from here nothing goes on. */
function Stopped({ error, details, onBack }: StoppedProps) {
  const revoked = error.code === 'host.key-revoked';
  return (
    <ScreenFrame
      title={revoked ? words.revokedTitle : words.changedTitle}
      lead={revoked ? words.revokedLead(details.host) : words.changedLead(details.host)}
      onBack={onBack}
    >
      <div className={styles['stopped']} role="alert">
        <ShieldAlert size={20} aria-hidden />
        <div className={styles['shown']}>
          {revoked ? (
            <p>{words.revokedDo}</p>
          ) : (
            <>
              <h2>{words.changedMeans}</h2>
              <ul className={styles['means']}>
                <li>{words.changedReinstalled}</li>
                <li>{words.changedAttack}</li>
              </ul>
              <p>{words.changedDo}</p>
            </>
          )}
          <KeyValue
            rows={[
              { key: words.presented, value: <Key type={details.type} fingerprint={details.fingerprint} /> },
              ...details.known.map((known) => ({
                key: words.known,
                value: <Key type={known.type} fingerprint={known.fingerprint} where={known.where} />,
              })),
            ]}
          />
          {!revoked && <OldKeys details={details} />}
        </div>
      </div>
    </ScreenFrame>
  );
}

/** Where a key is taken back: known_hosts is OpenSSH's, and never written by us; our own keys have a page. */
function OldKeys({ details: { host, known } }: { readonly details: Details }) {
  const files = new Set(known.flatMap(({ where }) => /^(.+):\d+$/.exec(where)?.[1] ?? []));
  const ours = known.some(({ where }) => !/:\d+$/.test(where));
  return (
    <>
      {[...files].map((file) => {
        const command = `ssh-keygen -R "${host}" -f "${file}"`;
        return (
          <div key={file} className={styles['command']}>
            <Code label={words.removeCommand}>{command}</Code>
            <CopyButton value={command} label={text.common.copy} />
          </div>
        );
      })}
      {ours && (
        <p>
          <a href={formatRoute({ page: 'servers' })}>{words.trustedKeys}</a>
        </p>
      )}
    </>
  );
}

function OtherKeys({ heading, keys }: { readonly heading: string; readonly keys: Details['known'] }) {
  if (keys.length === 0) return null;
  return (
    <section className={styles['how']}>
      <h2>{heading}</h2>
      {keys.map((key) => (
        <Key key={`${key.where} ${key.fingerprint}`} {...key} />
      ))}
    </section>
  );
}

function Key({
  type,
  fingerprint,
  where,
}: {
  readonly type: string;
  readonly fingerprint: string;
  readonly where?: string;
}) {
  return (
    <span className={styles['other']}>
      <code>{fingerprint}</code>
      <span>{where === undefined ? type : `${type}, ${where}`}</span>
    </span>
  );
}
