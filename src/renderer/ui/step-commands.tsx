import { useRef, useState } from 'react';
import type { ErrorReport } from '../../shared/app-error.ts';
import type { RehearsedView } from '../../shared/contract/deployment.ts';
import { toReport } from '../client.ts';
import { text } from '../text/index.ts';
import { Code } from './code.tsx';
import { Skeleton } from './skeleton.tsx';
import styles from './step-commands.module.css';

const words = text.wizard.review;

interface StepCommandsProps {
  readonly title: string;
  readonly rehearse: () => Promise<readonly RehearsedView[]>;
}

/** Folded away, and asked for when it is opened: who has never seen a server need not see one here. */
export function StepCommands({ title, rehearse }: StepCommandsProps) {
  const [commands, setCommands] = useState<readonly RehearsedView[]>();
  const [error, setError] = useState<ErrorReport>();
  const asked = useRef(false);
  const ask = (): void => {
    if (asked.current) return;
    asked.current = true;
    setError(undefined);
    rehearse().then(setCommands, (failure: unknown) => {
      asked.current = false;
      setError(toReport(failure));
    });
  };
  return (
    <details
      className={styles['commands']}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) ask();
      }}
    >
      <summary aria-label={words.commandsOf(title)}>{words.commands}</summary>
      {error !== undefined && <p role="alert">{error.message}</p>}
      {commands === undefined && error === undefined && <Skeleton width="60%" />}
      {commands?.length === 0 && <p>{words.noCommands}</p>}
      {commands?.map(({ what, command }, index) => (
        <div key={index}>
          <p>
            {what} <span>{nameAccount(command)}</span>
          </p>
          {command !== undefined && <Code label={what}>{command.text}</Code>}
        </div>
      ))}
    </details>
  );
}

function nameAccount(command: RehearsedView['command']): string {
  if (command === undefined) return words.noCommand;
  return command.runAs === 'login' ? words.asLogin : words.asAccount(command.runAs);
}
