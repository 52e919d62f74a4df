import type { AnyAuthMethod, AuthenticationType } from 'ssh2';
import { AppError, type AppErrorOptions } from '../../../shared/app-error.ts';
import type { Secret } from '../../../shared/secret.ts';
import type { SshAgent } from './ssh-agent.ts';
import type { KeyOffer, KeyOffers } from './ssh-offers.ts';

/** What OpenSSH's server allows by default (MaxAuthTries); the one that follows ends the connection. */
const MAX_TRIES = 6;
const PASSWORD_PROMPT = /pass(word|wort|phrase|code)|kennwort|mot de passe|contrase|senha|пароль|密码|密碼/i;

export interface Login {
  readonly host: string;
  readonly user: string;
  readonly keys: KeyOffers;
  readonly agent: SshAgent | undefined;
  readonly password: Secret | undefined;
  /** A server on the way: never given the password, which is the target's. */
  readonly isJump: boolean;
}

/** Signing in to one server, one attempt after another. */
export interface Authentication {
  /** As ssh2 asks for it: the next attempt, or false when there is none left. */
  next(methodsLeft: readonly AuthenticationType[] | null): AnyAuthMethod | false;
  /** Why nobody was let in. */
  failure(reason: string | undefined): AppError;
}

type Attempt = { readonly method: AuthenticationType; readonly label: string; readonly build: () => AnyAuthMethod };

export function createAuthentication(login: Login): Authentication {
  const { user: username, password } = login;
  const tried: string[] = [];
  let accepted: readonly AuthenticationType[] = [];
  let strangePrompt: string | undefined;

  const passwordAttempts: Attempt[] =
    password === undefined
      ? []
      : [
          {
            method: 'keyboard-interactive',
            label: 'password (keyboard-interactive)',
            build: () => ({
              type: 'keyboard-interactive',
              username,
              prompt: createAnswers(password, (prompt) => {
                strangePrompt ??= prompt;
              }),
            }),
          },
          {
            method: 'password',
            label: 'password',
            build: () => ({ type: 'password', username, password: password.reveal() }),
          },
        ];
  const keyRoom = MAX_TRIES - passwordAttempts.length;
  const offered = login.keys.offers.slice(0, keyRoom);
  const notOffered = login.keys.offers.length - offered.length;
  const keyAttempts = offered.map((offer): Attempt => ({
    method: 'publickey',
    label: offer.label,
    build: () => buildKeyAttempt(offer, login),
  }));
  const waiting = [...keyAttempts, ...passwordAttempts];
  let asked = false;
  let isStale = false;

  return {
    next(methodsLeft) {
      if (!asked) {
        // Asks what the server accepts at all; it does not count as an attempt.
        asked = true;
        return { type: 'none', username };
      }
      if (methodsLeft !== null) accepted = methodsLeft;
      for (let attempt = waiting.shift(); attempt !== undefined; attempt = waiting.shift()) {
        if (!accepted.includes(attempt.method) && !isStale) continue;
        tried.push(attempt.label);
        const built = attempt.build();
        // After a key of the agent the library does not pass on what the server asks for next (the second of two factors).
        isStale = built.type === 'agent';
        return built;
      }
      return false;
    },
    failure(reason) {
      const { locked, agentError, leftOut } = login.keys;
      if (tried.length === 0) {
        if (locked !== undefined) return locked;
        if (agentError !== undefined) return agentError;
      }
      const details = {
        host: login.host,
        user: username,
        tried,
        // What could help: a password is no answer to a server on the way.
        accepted: login.isJump ? accepted.filter((method) => method === 'publickey') : accepted,
        ...(leftOut.length === 0 ? {} : { leftOut }),
        ...(notOffered === 0 ? {} : { keysNotOffered: notOffered }),
        ...(reason === undefined ? {} : { reason }),
      };
      return new AppError('host.auth-failed', { ...explain(), details });

      function explain(): Pick<AppErrorOptions, 'message' | 'hint'> {
        const message = `${login.host} did not accept the login of ${username}.`;
        if (login.isJump) {
          return {
            message,
            hint: 'Hardshell logs in to servers on the way with keys alone: from the agent, a file, or ~/.ssh/config.',
          };
        }
        if (strangePrompt !== undefined) {
          return {
            message: `${login.host} asks ${username} for more than a password (“${strangePrompt}”).`,
            hint: 'Hardshell can answer a question for the password alone: log in with a key instead.',
          };
        }
        if (tried.length === 0) {
          return password === undefined
            ? {
                message: `There is no key or password to log in to ${login.host} with.`,
                hint: {
                  command: 'Name a key file with --identity, or give sshPassword in --secrets-stdin.',
                  window: 'Name a key file, or give the password.',
                },
              }
            : {
                message: `${login.host} accepts no password, and there is no key to log in with.`,
                hint: { command: 'Name a key file with --identity.', window: 'Name a key file.' },
              };
        }
        if (notOffered > 0) {
          const tooMany = `The agent holds more keys than a server lets one try (${notOffered} were not): name the file of the right one`;
          return {
            message,
            hint: { command: `${tooMany} with --identity.`, window: `${tooMany}.` },
          };
        }
        return { message };
      }
    },
  };
}

function buildKeyAttempt(offer: KeyOffer, { user, agent }: Login): AnyAuthMethod {
  if (offer.from === 'agent' && agent !== undefined) {
    return { type: 'agent', username: user, agent: agent.withKey(offer.key) };
  }
  return { type: 'publickey', username: user, key: offer.key };
}

type Prompts = readonly { readonly prompt: string; readonly echo?: boolean }[];

/** Answers the first question for a password, and nothing else. */
function createAnswers(
  password: Secret,
  onStrange: (prompt: string) => void,
): (
  name: string,
  instructions: string,
  language: string,
  prompts: Prompts,
  finish: (answers: string[]) => void,
) => void {
  let answered = false;
  return (_name, _instructions, _language, prompts, finish) => {
    const answers = prompts.map(({ prompt, echo }) => {
      if (!answered && echo !== true && PASSWORD_PROMPT.test(prompt)) {
        answered = true;
        return password.reveal();
      }
      // Asked for the password once more: it was wrong. Asked for something else: that is not ours to know.
      if (!PASSWORD_PROMPT.test(prompt)) onStrange(prompt.trim());
      return '';
    });
    finish(answers);
  };
}
