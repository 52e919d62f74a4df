import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import type { LabServer } from './server.ts';

const { packageDir, npmPrefix, user, unit } = serverLayout;

/** What goes wrong with an update, and where. */
export type Sabotage = 'canary' | 'swap' | 'start' | 'readiness';

const isNew = (version: string): string => `head -n 3 ${packageDir}/package.json | grep -q -F ${version}`;
/** Beyond the account's reach, so that nothing of OpenClaw mends it. */
const dropIn = `/etc/systemd/user/${unit}.d/lab-sabotage.conf`;

/**
 * Lets the newer version fail, and it alone: the older one is not touched.
 * canary: whatever is started from the staged package is killed. swap: the updater is killed as soon as the package was swapped.
 * start: the newer one does not start. readiness: it starts, and never answers.
 */
export async function sabotage(server: LabServer, what: Sabotage, version: string): Promise<AsyncDisposable> {
  const service = (line: string): Promise<string> =>
    server.sh(`mkdir -p ${dropIn.slice(0, dropIn.lastIndexOf('/'))}
printf '%s\\n' '[Service]' ${quote(line)} >${dropIn}
${reload}`);
  const watch = (body: string): Promise<string> =>
    server.sh(`printf '%s\\n' ${quote(`while [ -e /run/lab-sabotage ]; do\n${body}\nsleep 0.05\ndone`)} >/run/lab-sabotage
setsid sh /run/lab-sabotage >/dev/null 2>&1 </dev/null &`);
  switch (what) {
    case 'canary':
      await watch(`for p in /proc/[0-9]*; do
case $(readlink "$p/cwd") in ${npmPrefix}/lib/node_modules/.openclaw.update-stage-*/openclaw*) kill -9 "\${p#/proc/}" ;; esac
done`);
      break;
    case 'swap':
      await watch(`if ${isNew(version)}; then pkill -9 -x openclaw-update; rm -f /run/lab-sabotage; fi`);
      break;
    case 'start':
      await service(`ExecStartPre=/bin/sh -c '! ${isNew(version)}'`);
      break;
    case 'readiness':
      await service(`ExecStartPost=/bin/sh -c '${isNew(version)} && kill -STOP $MAINPID || :'`);
      break;
  }
  return {
    async [Symbol.asyncDispose]() {
      await server.sh(`rm -f /run/lab-sabotage ${dropIn}; ${reload}`);
    },
  };
}

const reload = `runuser -u ${user} -- sh -c 'XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user daemon-reload'`;

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
