import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabServer } from '../lab/server.ts';

/** The instance of `writeInstance`. */
export const INVENTED_ID = 'i-00000000000000be';
export const INVENTED_NAME = 'bench';

/** A person's home that knows the server. */
export async function prepareHome(home: string, server: LabServer): Promise<void> {
  await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 });
  await copyFile(server.knownHostsFile, join(home, '.ssh', 'known_hosts'));
}

/** As if it had been deployed, for what needs the account and its unit alone. */
export async function writeInstance(dataDir: string, server: LabServer): Promise<void> {
  const { host, sshPort: port, identityFile } = server;
  const record = {
    v: 1,
    id: INVENTED_ID,
    name: INVENTED_NAME,
    target: { kind: 'ssh', host, port, user: 'root', identityFile, jumps: [] },
    createdAt: '2026-01-01T00:00:00.000Z',
    phase: 'deployed',
    version: '2026.9.6',
    nodeVersion: '24.21.0',
    port: 18_789,
    telemetry: false,
    installer: 'pinned',
  };
  await mkdir(join(dataDir, 'instances'), { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, 'instances', `${INVENTED_ID}.json`), JSON.stringify(record), { mode: 0o600 });
}

/** Gives the server's account a unit of the gateway's name that runs this instead. */
export const writeUnit = (execStart: string): string => `
  units=/home/openclaw/.config/systemd/user
  loginctl enable-linger openclaw
  install -d -o openclaw -g openclaw $units
  printf '%s\\n' '[Service]' 'ExecStart=${execStart}' >$units/openclaw-gateway.service
  chown -R openclaw:openclaw /home/openclaw/.config
  # the account's own systemd takes a moment to come up
  for i in $(seq 300); do [ -S /run/user/$(id -u openclaw)/bus ] && break; sleep 0.1; done
  runuser -u openclaw -- env XDG_RUNTIME_DIR=/run/user/$(id -u openclaw) systemctl --user daemon-reload`;
