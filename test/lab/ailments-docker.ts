import Dockerode from 'dockerode';
import { labelNames, layoutContainer } from '../../src/core/openclaw/container-layout.ts';
import type { Ailment, Bedside } from './ailments.ts';
import { docker } from './docker.ts';
import { openToAll } from './open-to-all.ts';

const containerOf = ({ instance }: Bedside): string => layoutContainer(instance).container;

/** A container of this installation, of an instance that no record knows. */
async function orphan(bed: Bedside): Promise<void> {
  const { Config } = await new Dockerode().getContainer(containerOf(bed)).inspect();
  const labels = { ...Config.Labels, [labelNames.instance]: 'i-00000000000000aa' };
  const words = Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  await docker(['create', '--name', `${containerOf(bed)}-orphan`, '--network', 'none', ...words, Config.Image, 'true']);
}

/** In the order in which they are had. */
export const dockerAilments: readonly Ailment[] = [
  {
    breaks: ['files.modes', 'files.owner', 'files.sessions'],
    // Without the right to make gifts even root inside cannot: the engine can.
    harm: async (bed) => {
      await bed.asUser(`chmod 644 ~/.openclaw/openclaw.json; chmod 755 ~/.openclaw
mkdir -p ~/.openclaw/agents/main/sessions && cd ~/.openclaw/agents/main/sessions && for i in $(seq 501); do : >"$i.jsonl.deleted.1"; done`);
      await bed.sh(': >/home/node/.openclaw/foreign && chown 0:0 /home/node/.openclaw/foreign');
    },
  },
  {
    breaks: ['access.mode', 'access.port', 'access.bind', 'access.proxy-wide', 'token.remote'],
    harm: ({ edit }) =>
      edit(
        `const g=c.gateway;g.bind='loopback';g.port=19000;g.auth.mode='password';g.auth.password='a'.repeat(32);g.trustedProxies=['10.0.0.0/8'];g.remote={token:'0123456789abcdef0123456789abcdef'}`,
      ),
    after: ({ edit }) => edit('delete c.gateway.remote;delete c.gateway.auth.password'),
  },
  {
    // Its gateway starts no more with these.
    breaks: ['access.origins', 'config.hooks-token', 'config.sandbox'],
    harm: ({ edit }) =>
      edit(
        `c.gateway.controlUi.allowedOrigins=[];c.hooks={token:c.gateway.auth.token};c.agents={...c.agents,defaults:{...c.agents?.defaults,sandbox:{mode:'non-main'}}}`,
      ),
    cure: ({ edit }) => edit('delete c.hooks;delete c.agents.defaults.sandbox'),
  },
  {
    breaks: ['backup.age'],
    harm: ({ state, instance }) =>
      state.instances.update(instance.id, (old = instance) => ({ ...old, createdAt: '2026-01-01T00:00:00.000Z' })),
    cure: async ({ core, instance }) => {
      const preview = await core.changes.preview(instance.name, { kind: 'backup', reason: 'asked' });
      await core.changes.start(preview.id);
    },
  },
  {
    breaks: ['container.published', 'container.environment', 'token.environment'],
    harm: (bed) => openToAll(containerOf(bed), ['OPENCLAW_GATEWAY_PORT=18790', 'OPENCLAW_GATEWAY_TOKEN=stale']),
    cure: ({ deployAgain }) => deployAgain(),
  },
  {
    breaks: ['container.orphans'],
    harm: orphan,
    cure: (bed) => docker(['rm', '--force', `${containerOf(bed)}-orphan`]),
  },
  { breaks: ['gateway.runs'], harm: (bed) => docker(['stop', '--time', '5', containerOf(bed)]) },
  {
    breaks: ['container.there'],
    harm: (bed) => docker(['rm', '--force', containerOf(bed)]),
    cure: ({ deployAgain }) => deployAgain(),
  },
];
