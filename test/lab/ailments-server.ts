import { serverLayout } from '../../src/core/openclaw/server-layout.ts';
import type { InstanceId } from '../../src/shared/model/ids.ts';
import type { Ailment, Bedside } from './ailments.ts';

const { stateDir, configPath, unitPath, unit, packageDir, node, dropInPath } = serverLayout;
const TOKEN = 'fedcba9876543210fedcba9876543210fedcba98';
const OTHER = 'i-00000000000000aa' as InstanceId;

const kill = `p=$(systemctl --user show -p MainPID --value ${unit}); [ "$p" -gt 1 ] && kill -9 $p`;

/**
 * A Node.js that is another version, or on a machine with another clock. The gateway that runs is not touched; whoever starts this
 * one from now on is told so, and so is a deployment.
 */
const dressNode = (said: string): string => `cd $(dirname $(readlink -f ${node})) && mv node node.real
printf '%s' "${said}" >node.as.cjs
printf '#!/bin/sh\\nhere=$(dirname $(readlink -f "$0"))\\nif [ "$1" = --version ]; then exec "$here/node.real" -r "$here/node.as.cjs" -p process.version; fi\\nexec "$here/node.real" -r "$here/node.as.cjs" "$@"\\n' >node
chmod 755 node`;

const onRecord = (bed: Bedside, change: Parameters<Bedside['state']['instances']['update']>[1]): Promise<unknown> =>
  bed.state.instances.update(bed.instance.id, change);
const onItself = (bed: Bedside, change: (old: Bedside['instance']) => Partial<Bedside['instance']>): Promise<unknown> =>
  onRecord(bed, (old = bed.instance) => ({ ...old, ...change(old) }));

/** In the order in which they are had. */
export const serverAilments: readonly Ailment[] = [
  {
    // Nobody is logged in: with that its services end.
    breaks: ['service.linger', 'service.bus'],
    harm: ({ sh }) => sh('loginctl disable-linger openclaw'),
  },
  {
    breaks: ['files.modes', 'files.owner', 'files.sessions', 'files.traces', 'npm.leftovers', 'npm.elsewhere'],
    harm: ({ sh }) =>
      sh(`chmod 644 ${configPath}; chmod 755 ${stateDir}; touch ${stateDir}/foreign ${stateDir}/state/foreign
runuser -u openclaw -- sh -ec 'mkdir -p ${packageDir}/../.openclaw-x1Y2z3 ${stateDir}/agents/main/sessions ${stateDir}/logs
cd ${stateDir}/agents/main/sessions; for i in $(seq 501); do : >$i.jsonl.reset.1; done
truncate -s 1100M ${stateDir}/logs/cache-trace.jsonl'
mkdir -p /usr/local/lib/node_modules/openclaw
echo '{"name":"openclaw","version":"2026.1.5"}' >/usr/local/lib/node_modules/openclaw/package.json`),
    cure: ({ sh }) => sh(`rm ${stateDir}/logs/cache-trace.jsonl; rm -r /usr/local/lib/node_modules/openclaw`),
  },
  {
    breaks: ['access.mode', 'access.bind', 'access.port', 'access.origins', 'access.proxy-wide', 'token.remote'],
    harm: ({ edit }) =>
      edit(`const g=c.gateway;g.bind='lan';g.port=19000;g.auth.mode='password';g.auth.password='a'.repeat(32);
g.controlUi.allowedOrigins=['https://elsewhere.example.com'];g.trustedProxies=['172.16.0.0/12'];
g.remote={token:'0123456789abcdef0123456789abcdef'}`),
    after: ({ edit }) => edit('delete c.gateway.remote;delete c.gateway.auth.password'),
  },
  { breaks: ['token.missing'], harm: ({ edit }) => edit('delete c.gateway.auth.token') },
  {
    breaks: ['config.shrunk'],
    // The editor of somebody who has lost most of it; the newest copy, whenever OpenClaw makes the next one of its own.
    harm: ({ edit }) =>
      edit(
        `f.writeFileSync(p+'.bak',JSON.stringify({...c,env:{vars:{LOST:'x'.repeat(4000)}}}),{mode:0o600});const t=Date.now()/1000+600;f.utimesSync(p+'.bak',t,t)`,
      ),
    after: ({ edit }) => edit('delete c.env'),
  },
  {
    breaks: ['config.readable'],
    harm: ({ asUser }) => asUser(`cp ${configPath} ${configPath}.bak; echo '{ gateway: ' >${configPath}`),
  },
  {
    breaks: ['token.store'],
    harm: ({ edit }) => edit(`c.gateway.auth.token='${TOKEN}'`),
    // The one in force is kept, not the one that was.
    after: async ({ core, instance }) => {
      if ((await core.instances.token(instance.id)).reveal() !== TOKEN) throw new Error('The store has another token.');
    },
  },
  {
    breaks: ['access.proxy-missing', 'access.origins'],
    harm: (bed) =>
      onItself(bed, () => ({ ingress: { access: { mode: 'domain', host: 'claw.example.com' } } as never })),
    after: (bed) =>
      onRecord(bed, (old = bed.instance) => {
        const record = { ...old };
        delete record.ingress;
        return record;
      }),
  },
  {
    breaks: ['telegram.twice'],
    harm: async ({ state, instance, edit }) => {
      await state.instances.put(OTHER, { ...instance, id: OTHER, name: 'other', bots: ['123456789'] });
      await edit(`c.channels={...c.channels,telegram:{botToken:'123456789:AA'+'x'.repeat(33)}}`);
    },
    cure: ({ edit }) => edit(`c.channels.telegram.botToken='987654321:AA'+'x'.repeat(33)`),
    after: async ({ state, edit }) => {
      await state.instances.remove(OTHER);
      await edit('delete c.channels');
    },
  },
  {
    breaks: ['service.rivals', 'service.limits'],
    harm: ({ asUser }) =>
      asUser(`cd ~/.config/systemd/user && rm ${dropInPath}
printf "[Service]\\nExecStart=/bin/sleep 1d\\n[Install]\\nWantedBy=default.target\\n" >clawdbot-gateway.service
systemctl --user daemon-reload && systemctl --user enable --now clawdbot-gateway.service`),
  },
  {
    breaks: ['service.reload', 'gateway.old'],
    harm: ({ asUser }) => asUser(`touch -d +1sec ${unitPath}; touch ${packageDir}/package.json`),
  },
  {
    breaks: ['service.unit', 'service.home', 'token.environment'],
    harm: ({ asUser }) =>
      asUser(
        `sed -i -e "s#ExecStart=.*/bin/node#ExecStart=/root/.nvm/bin/node#" -e "/^\\[Service\\]/a Environment=OPENCLAW_GATEWAY_TOKEN=stale" -e "/^\\[Service\\]/a Environment=HOME=/root" ${unitPath} && systemctl --user daemon-reload`,
      ),
  },
  {
    breaks: ['gateway.restarts'],
    harm: ({ asUser }) =>
      asUser(`mkdir -p ${dropInPath.replace(/[^/]+$/, '')} && cd ${dropInPath.replace(/[^/]+$/, '')}
printf "[Unit]\\nStartLimitIntervalSec=0\\n[Service]\\nRestartSec=100ms\\n" >zz-quick.conf && systemctl --user daemon-reload
for i in 1 2 3 4 5 6; do
  for t in $(seq 100); do ${kill} && break; sleep 0.2; done
  for t in $(seq 100); do [ "$(systemctl --user show -p NRestarts --value ${unit})" -ge $i ] && break; sleep 0.2; done
done`),
    after: ({ asUser }) =>
      asUser(`rm ${dropInPath.replace(/[^/]+$/, '')}zz-quick.conf; systemctl --user daemon-reload`),
  },
  {
    breaks: ['machine.memory'],
    // What a small machine says of itself, and a kernel that takes swap: that of the lab is everybody's.
    harm: ({ sh }) =>
      sh(`printf 'MemTotal: 1000000 kB\\nMemFree: 600000 kB\\nMemAvailable: 600000 kB\\n' >/run/meminfo
printf 'Filename\\tType\\tSize\\tUsed\\tPriority\\n' >/run/swaps
mount --bind /run/meminfo /proc/meminfo; mount --bind /run/swaps /proc/swaps
cp -p /usr/sbin/swapon /usr/sbin/swapon.real 2>/dev/null || cp -p /sbin/swapon /usr/sbin/swapon.real
printf '#!/bin/sh\\nprintf "%%s\\\\tfile\\\\t2097148\\\\t0\\\\t-2\\\\n" "$1" >>/proc/swaps\\n' >/usr/sbin/swapon
truncate -s 2G /swapfile-hardshell; chmod 600 /swapfile-hardshell; mkswap /swapfile-hardshell >/dev/null`),
    after: ({ sh }) =>
      sh(`umount /proc/meminfo /proc/swaps; mv /usr/sbin/swapon.real /usr/sbin/swapon; rm /swapfile-hardshell
sed -i '/swapfile-hardshell/d' /etc/fstab`),
  },
  {
    breaks: ['gateway.runs', 'service.port', 'machine.disk'],
    // A state that lies on a small disk, which another program fills, while yet another has the port.
    harm: ({ sh, asUser, instance }) =>
      asUser(`systemctl --user stop ${unit}`).then(() =>
        sh(`cp -a ${stateDir} /run/state && mount -t tmpfs -o size=400m tmpfs ${stateDir}
cp -a /run/state/. ${stateDir}/ && chown openclaw: ${stateDir} && chmod 700 ${stateDir}
systemd-run --quiet --unit=squatter ${node} -e "require('net').createServer().listen(${String(instance.port)},'127.0.0.1')"`),
      ),
    cure: ({ sh }) => sh(`systemctl stop squatter.service; umount ${stateDir}; rm -r /run/state`),
  },
  {
    breaks: ['node.version', 'machine.clock'],
    harm: ({ sh }) =>
      sh(
        dressNode(
          `Object.defineProperty(process,'version',{value:'v22.22.3'});const n=Date.now;Date.now=()=>n()-600000;`,
        ),
      ),
    cure: ({ deployAgain }) => deployAgain(),
  },
  {
    breaks: ['node.starts'],
    harm: ({ sh }) => sh(`rm $(readlink -f ${node})`),
    cure: ({ deployAgain }) => deployAgain(),
  },
];
