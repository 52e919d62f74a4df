import { join } from 'node:path';
import type { Instance } from '../../../shared/model/instance.ts';
import type { ContainerEngine } from '../../container-engine/container-engine.ts';
import type { Host } from '../../host/host.ts';
import { resolvePublicHost } from '../../ingress/public-address.ts';
import { layoutServer, serverLayout } from '../../openclaw/server-layout.ts';
import { layoutLocal } from '../../steps/local/local-layout.ts';
import { layoutData } from '../../system/paths.ts';
import { containerFeeds } from './container-feeds.ts';
import { fileFeed, splitNotes } from './file-feed.ts';
import type { LogFeed } from './log-feed.ts';
import { serverAuditFeed, serverFeed } from './server-feed.ts';

interface Here {
  readonly dataDir: string;
  readonly platform: NodeJS.Platform;
}

/** What a server knows of its instance. */
export function listServerFeeds(host: Host, instance: Instance): readonly LogFeed[] {
  return [serverFeed(host, layoutServer(instance), siteHostOf(instance))];
}

/** What an engine knows of a container, and the machine that it runs on of our changes. */
export function listDockerFeeds(
  engine: ContainerEngine,
  host: Host,
  instance: Instance,
  { dataDir }: Here,
): readonly LogFeed[] {
  const isRemote = instance.target.kind === 'docker' && instance.target.server !== undefined;
  return [
    ...containerFeeds(engine, instance, siteHostOf(instance)),
    isRemote ? serverAuditFeed(host, serverLayout) : auditFeed(dataDir),
  ];
}

/** What lies in the data folder: the gateway's own log with the supervisor's notes, the supervisor's, and our changes. */
export function listLocalFeeds(instance: Instance, { dataDir, platform }: Here): readonly LogFeed[] {
  const { logFile, stateDir } = layoutLocal(dataDir, instance, platform);
  const { supervisorDir } = layoutData(dataDir, platform);
  return [
    fileFeed(logFile, ['gateway', 'service'], splitNotes),
    // One supervisor looks after all instances: a line that names another one is not about this.
    fileFeed(join(supervisorDir, 'supervisor.log'), ['service'], (entry) => {
      const named = /\bi-[0-9a-f]{16}\b/.exec(entry.text)?.[0];
      return named === undefined || named === instance.id ? entry : undefined;
    }),
    fileFeed(join(stateDir, 'logs', 'gateway-restart.log'), ['installer']),
    auditFeed(dataDir),
  ];
}

function auditFeed(dataDir: string): LogFeed {
  return fileFeed(join(dataDir, 'audit.log'), ['audit']);
}

function siteHostOf(instance: Instance): string | undefined {
  return instance.ingress === undefined ? undefined : resolvePublicHost(instance.ingress.access, instance);
}
