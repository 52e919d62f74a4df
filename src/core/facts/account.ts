import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

const ACCOUNT = `getent passwd "$1" 2>/dev/null || grep "^$1:" /etc/passwd || :`;

/** An account of the machine; undefined where there is none of that name. */
export function accountFact(user: string): Fact<Account | undefined> {
  return fact(`account ${user}`, queryScript(ACCOUNT, [user], { runAs: 'root' }), (result) =>
    parseAccount(result.stdout, user),
  );
}

/** The first line that is this account's. Pure. */
export function parseAccount(text: string, user: string): Account | undefined {
  for (const line of text.split('\n')) {
    const [name, , uid, gid, , home, shell] = line.split(':');
    const ids = [parseCount(uid), parseCount(gid)] as const;
    if (name !== user || ids[0] === undefined || ids[1] === undefined || home === undefined) continue;
    return { uid: ids[0], gid: ids[1], home, shell: shell === undefined || shell === '' ? '/bin/sh' : shell };
  }
  return undefined;
}

/** What lets services of an account run while nobody is logged in. */
export interface Linger {
  readonly enabled: boolean;
  /** Whether its service manager answers. */
  readonly busReady: boolean;
}

const LINGER = `[ ! -e "/var/lib/systemd/linger/$1" ] || echo enabled=yes
i=$(id -u -- "$1" 2>/dev/null) && [ -S "/run/user/$i/bus" ] && [ -S "/run/user/$i/systemd/private" ] && echo bus=yes
echo done=yes`;

export function lingerFact(user: string): Fact<Linger> {
  return fact(`linger ${user}`, queryScript(LINGER, [user], { runAs: 'root' }), (result) => {
    const values = parseKeyValues(result.stdout);
    if (!values.has('done')) throw unreadable(`the session of ${user}`, result);
    return { enabled: values.has('enabled'), busReady: values.has('bus') };
  });
}
