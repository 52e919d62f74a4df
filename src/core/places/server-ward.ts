import type { Instance } from '../../shared/model/instance.ts';
import { Secret } from '../../shared/secret.ts';
import { SWAP_FILE_BYTES } from '../diagnostics/preflight-room.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { LOOK_SCRIPT } from '../diagnosis/look-script.ts';
import { parseLook, type LookQuestion } from '../diagnosis/look.ts';
import { MEND_SCRIPT } from '../diagnosis/mend-script.ts';
import { parseMend, type MendOrder, type Ward } from '../diagnosis/ward.ts';
import { accountFact, lingerFact } from '../facts/account.ts';
import { createFactReader } from '../facts/fact.ts';
import { listenersFact } from '../facts/listeners.ts';
import { memoryFact } from '../facts/memory.ts';
import { userUnitFact } from '../facts/unit.ts';
import { change, changeScript, query } from '../host/command.ts';
import { exec } from '../host/exec.ts';
import { serverEnvironment, type ServerLayout } from '../openclaw/server-layout.ts';
import { startUnitStep } from '../steps/backup/gateway-hand.ts';
import { accountStep } from '../steps/server/account.ts';
import { configFileStep } from '../steps/server/config-file.ts';
import { gatewayReadyStep } from '../steps/server/gateway-ready.ts';
import { gatewayServiceStep } from '../steps/server/gateway-service.ts';
import { gatewayTokenStep } from '../steps/server/gateway-token.ts';
import { swapStep } from '../steps/server/swap.ts';
import { unitLimitsStep } from '../steps/server/unit-limits.ts';
import type { Step } from '../steps/step.ts';
import { describeWay } from './backup-change.ts';
import type { ServerConnection } from './server-connection.ts';
import { describeSettings } from './server-draft.ts';
import { SERVER_PROXY } from './server-ingress.ts';
import type { PlaceServices } from './place-services.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { describeWanted, readCommonEvidence, readConfigEvidence } from './ward-evidence.ts';

const LOOK_TIMEOUT_MS = 2 * 60_000;
const MEND_TIMEOUT_MS = 10 * 60_000;
const SYSTEM_UNITS = '/etc/systemd/system';
/** Where npm puts what it is asked to install for everybody, or for root. */
const OTHER_INSTALLS = ['/usr/local', '/usr', '/root/.npm-global'].map(
  (prefix) => `${prefix}/lib/node_modules/openclaw`,
);
const SWAP_PATH = '/swapfile-hardshell';

/*
 * What a unit bakes into itself is taken over by the next install of it: that goes first. The unit itself stays, because OpenClaw
 * looks at it before it writes its own; what was there comes back where the install fails. $1 node, $2 openclaw, $3 port, $4 unit
 */
const REINSTALL = `set -eu
# a unit that is gone is written by the step after this
[ -f "$4" ] || exit 0
old=$4.before-repair
cp -p "$4" "$old"
sed -i -e '/^Environment="\\{0,1\\}OPENCLAW_GATEWAY_TOKEN=/d' -e '/^Environment="\\{0,1\\}HOME=/d' "$4"
systemctl --user daemon-reload
code=0
env -u OPENCLAW_GATEWAY_TOKEN "$1" "$2" gateway install --force --json --port "$3" || code=$?
if [ $code -eq 0 ]; then rm -f "$old"; else mv -f "$old" "$4"; systemctl --user daemon-reload; fi
exit $code`;

/*
 * The one deed of root in a folder that somebody else may write to. `find` steps from folder to folder and never through a link,
 * -execdir acts where it stands, and -h on the link itself: a folder that is exchanged meanwhile leads nowhere. A file with a
 * second name may be a file of somebody else, and stays. $1 state folder, $2 account
 */
const GIVE_BACK = `set -eu
group=$(id -g "$2")
PATH=/usr/sbin:/usr/bin:/sbin:/bin
find -P "$1" -xdev ! -user "$2" \\( -type d -o -links 1 \\) -execdir chown -h "$2:$group" {} +`;

/** A server's instance, read as root, mended as whoever owns what is mended. */
export function createServerWard(
  instance: Instance,
  layout: ServerLayout,
  { host, ask }: ServerConnection,
  services: PlaceServices,
): Ward {
  const { deps, state, secrets } = services;
  const token = createTokenKeeper(instance, state, secrets);
  const client = { version: deps.version, platform: deps.platform };
  const account = accountFact(layout.user);
  const unit = userUnitFact(layout.user, layout.unit);
  const asUser = { runAs: { user: layout.user }, env: serverEnvironment(layout) } as const;
  // A program in somebody's home is never run as root: its owner decides what it is.
  const trusted = instance.adopted === undefined ? ({ runAs: 'root' } as const) : asUser;
  const userUnits = layout.unitPath.slice(0, layout.unitPath.lastIndexOf('/'));
  const settings: Ward['settings'] = () => ({
    ...describeSettings(instance),
    ingress: describeWay(instance, SERVER_PROXY),
  });
  const readOwner = async (): Promise<{ uid?: number; gid?: number }> => {
    const found = await createFactReader(ask, () => [account]).read(account);
    return found === undefined ? {} : { uid: found.uid, gid: found.gid };
  };
  const orderText = async (order: MendOrder): Promise<string> =>
    JSON.stringify({
      ...order,
      ...(await readOwner()),
      config: layout.configPath,
      state: layout.stateDir,
      package: layout.packageDir,
      openclaw: [layout.node, layout.openclaw],
    });
  const apply = (timeoutMs: number, work: Step['apply']): readonly Pick<Step, 'apply' | 'timeoutMs'>[] => [
    { timeoutMs, apply: work },
  ];

  const ward: Ward = {
    token,
    settings,
    ready: gatewayReadyStep(layout, instance.port, token, client),
    async read(signal) {
      const facts = createFactReader(ask, () => [
        account,
        unit,
        lingerFact(layout.user),
        memoryFact(),
        listenersFact(),
      ]);
      const found = await facts.read(unit);
      const uid = (await facts.read(account))?.uid;
      const question: LookQuestion = {
        config: layout.configPath,
        state: layout.stateDir,
        package: layout.packageDir,
        elsewhere: OTHER_INSTALLS,
        units: [userUnits, SYSTEM_UNITS],
        unit: layout.unitPath,
        posix: true,
        ...(uid === undefined ? {} : { uid }),
        ...(found.mainPid === undefined ? {} : { pid: found.mainPid }),
      };
      const command = query([layout.node, '-e', LOOK_SCRIPT, JSON.stringify(question)], trusted);
      // Our own clock is read first: a slow way makes no wrong clock.
      const common = await readCommonEvidence(instance, token, services);
      const answer = await exec(host, command, { signal, timeoutMs: LOOK_TIMEOUT_MS });
      // What is not there, or no program of this machine, says so by these.
      const look = answer.code === 126 || answer.code === 127 ? undefined : parseLook(answer);
      return {
        place: 'server',
        ...common,
        nowMs: services.now(),
        wanted: describeWanted(instance, { port: instance.port, bind: 'loopback', proxy: SERVER_PROXY }),
        look,
        config: readConfigEvidence(look?.config),
        server: {
          layout,
          unit: found,
          linger: await facts.read(lingerFact(layout.user)),
          memory: await facts.read(memoryFact()),
          listeners: await facts.read(listenersFact()),
        },
      } satisfies Evidence;
    },
    async askDoctor(signal) {
      const input = new Secret(await orderText({ order: 'doctor' }));
      const command = query([layout.node, '-e', MEND_SCRIPT], { ...asUser, slow: true });
      return parseMend(await exec(host, command, { signal, timeoutMs: MEND_TIMEOUT_MS, input }), 'Asking the doctor');
    },
    async mend({ change: run }, doing, order) {
      const input = new Secret(await orderText(order));
      // As the account that it belongs to: who may write there could lead root elsewhere between a look and a deed.
      const command = change([layout.node, '-e', MEND_SCRIPT], asUser);
      return parseMend(await run(command, { doing, input, quiet: true, timeoutMs: MEND_TIMEOUT_MS }), doing);
    },
    applies: {
      owner: apply(5 * 60_000, async ({ changeOk }) => {
        const words = [layout.stateDir, layout.user];
        await changeOk('Giving back what is not its own', changeScript(GIVE_BACK, words, { runAs: 'root' }));
      }),
      account: [accountStep(layout)],
      config: [configFileStep(layout, settings(), token)],
      token: [gatewayTokenStep(token, layout.configPath)],
      swap: [swapStep({ path: SWAP_PATH, sizeBytes: SWAP_FILE_BYTES })],
      limits: apply(2 * 60_000, async (context) => {
        const { server } = await ward.read(context.signal);
        if (server === undefined) return;
        await unitLimitsStep(layout, server.memory.totalBytes, instance.limits).apply(context);
      }),
      service: [
        ...apply(3 * 60_000, async ({ changeOk }) => {
          const words = [layout.node, layout.openclaw, instance.port, layout.unitPath];
          await changeOk(
            'Installing the gateway service again',
            changeScript(REINSTALL, words, { ...asUser, slow: true }),
          );
        }),
        gatewayServiceStep(layout, instance.port),
      ],
      reload: apply(60_000, async ({ changeOk }) => {
        await changeOk(
          'Letting systemd read the service again',
          change(['systemctl', '--user', 'daemon-reload'], asUser),
        );
      }),
      start: [startUnitStep(layout)],
      restart: apply(8 * 60_000, async ({ changeOk }) => {
        const script = 'systemctl --user reset-failed "$1" 2>/dev/null; systemctl --user restart "$1"';
        await changeOk('Restarting the gateway', changeScript(script, [layout.unit], asUser));
      }),
      legacy: apply(3 * 60_000, async ({ changeOk, signal }) => {
        const { look } = await ward.read(signal);
        for (const { path, name } of (look?.units ?? []).filter(({ isEnabled }) => isEnabled)) {
          const isSystem = path.startsWith(`${SYSTEM_UNITS}/`);
          const scope = isSystem ? '--system' : '--user';
          const words = ['systemctl', scope, 'disable', '--now', name] as const;
          await changeOk(`Switching ${name} off`, change(words, isSystem ? { runAs: 'root' } : asUser));
        }
      }),
    },
  };
  return ward;
}
