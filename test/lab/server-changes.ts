import type { LabServer } from './server.ts';

const MARK = '/run/lab-before';

/*
 * Left out is what a login or the machine itself writes, whoever comes: logs, session records, sudo's lecture, systemd's own.
 * /tmp is a disk of its own; what was in it only for a moment has changed the folder and nothing else.
 */
const LIST = `find /tmp -mindepth 1 -newer ${MARK}
find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /dev -o -path /tmp -o -path /var/log -o -path /var/lib/sudo \\
  -o -path /var/lib/systemd -o -path /var/lib/private \\) -prune -o -newer ${MARK} -print`;

export interface ChangeMark {
  /** Paths of the server's disk that were written, made or removed (then it is their folder) since the mark was set. */
  changed(): Promise<string[]>;
}

/** Remembers this moment on a server, to tell afterwards whether anything on its disk has changed. */
export async function markNow(server: LabServer): Promise<ChangeMark> {
  // Coarse clocks: what is written in the same tick as the mark would not count as newer.
  await server.sh(`touch ${MARK}; sleep 0.05`);
  return {
    changed: async () => (await server.sh(LIST)).split('\n').filter((line) => line !== ''),
  };
}
