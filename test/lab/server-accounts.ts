import { createHash } from 'node:crypto';

export interface LabUser {
  readonly name: string;
  /** Default `none`. `password` asks for the password of the user. */
  readonly sudo?: 'none' | 'password' | 'nopasswd';
  /** Without one no password is accepted. */
  readonly password?: string;
  /** Default true: the client key of the server may log in. */
  readonly authorizeKey?: boolean;
}

export interface HostKey {
  /** As in known_hosts: `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string;
  /** Base64. */
  readonly key: string;
  /** `SHA256:…` as ssh-keygen prints it. */
  readonly sha256: string;
}

export interface Accounts {
  readonly publicKey: string;
  readonly users?: readonly LabUser[];
  readonly rootPassword?: string;
  readonly sshd?: readonly string[];
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The shell script that makes the accounts; running it twice changes nothing more. */
export function provisioningScript(accounts: Accounts): string {
  const lines = ['set -eu', ...authorize('root', '/root', accounts.publicKey)];
  if (accounts.rootPassword !== undefined) lines.push(setPassword('root', accounts.rootPassword));
  for (const user of accounts.users ?? []) lines.push(...addUser(user, accounts.publicKey));
  if (accounts.sshd !== undefined) {
    const config = `${accounts.sshd.join('\n')}\n`;
    lines.push(`printf %s ${quote(config)} >/etc/ssh/sshd_config.d/00-lab.conf`, 'systemctl reload ssh');
  }
  return lines.join('\n');
}

function addUser(user: LabUser, publicKey: string): string[] {
  if (!/^[a-z][a-z0-9-]*$/.test(user.name)) throw new Error(`not a user name for the lab: ${user.name}`);
  const { name } = user;
  const lines = [`id ${name} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash ${name}`];
  if (user.password !== undefined) lines.push(setPassword(name, user.password));
  if (user.authorizeKey !== false) lines.push(...authorize(name, `/home/${name}`, publicKey));
  const rule = { none: '', password: `${name} ALL=(ALL) ALL`, nopasswd: `${name} ALL=(ALL) NOPASSWD: ALL` };
  const sudo = rule[user.sudo ?? 'none'];
  if (sudo !== '') lines.push(`printf '%s\\n' ${quote(sudo)} >/etc/sudoers.d/lab-${name}`);
  return lines;
}

function authorize(name: string, home: string, publicKey: string): string[] {
  const file = `${home}/.ssh/authorized_keys`;
  return [
    `install -d -m 700 -o ${name} -g ${name} ${home}/.ssh`,
    `grep -qxF ${quote(publicKey)} ${file} 2>/dev/null || printf '%s\\n' ${quote(publicKey)} >>${file}`,
    `chown ${name}:${name} ${file} && chmod 600 ${file}`,
  ];
}

function setPassword(name: string, password: string): string {
  return `printf '%s\\n' ${quote(`${name}:${password}`)} | chpasswd`;
}

/** The public host keys of a server, as it keeps them. */
export async function readHostKeys(sh: (script: string) => Promise<string>): Promise<HostKey[]> {
  const lines = (await sh('cat /etc/ssh/ssh_host_*_key.pub')).trim().split('\n');
  return lines.map((line) => {
    const [type = '', key = ''] = line.split(' ');
    const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
    return { type, key, sha256: `SHA256:${digest.replace(/=+$/, '')}` };
  });
}
