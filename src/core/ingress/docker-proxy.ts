import { createHash } from 'node:crypto';
import type { Instance } from '../../shared/model/instance.ts';
import type { Ingress } from '../../shared/model/ingress.ts';
import type { ContainerLook, ContainerSpec } from '../container-engine/container.ts';
import type { FileEntry } from '../container-engine/container-engine.ts';
import { CONTAINER_PORT, labelNames } from '../openclaw/container-layout.ts';
import { CADDY_DIR, CADDYFILE, layoutCaddyFiles, layoutRequestLog, PROXY_HOME } from './caddy-layout.ts';
import { editCaddyfile } from './caddyfile.ts';
import { buildSiteFile, buildSiteOptions, type CaddyAbilities, type Site } from './site-file.ts';

/** Caddy's own; 2.10.1 is the first that asks for certificates of addresses. */
export const defaultProxyImage = 'caddy:2.11';

/**
 * The one proxy of an engine, for all instances there. Its name sorts before those of their networks: an engine publishes ports
 * through the first of a container's networks by name, and moves them, visitors and all, when another becomes the first.
 */
export const PROXY = 'hardshell-ingress';
export const PROXY_NETWORK = PROXY;
/** Sites. They go with the proxy: the instances know what they want. */
export const SITES_VOLUME = `${PROXY}-sites`;
/** Certificates and the account with the authority: they stay, because authorities give only so many in a week. */
export const DATA_VOLUME = `${PROXY}-data`;

const MEMORY_BYTES = 512 * 1024 ** 2;

/** Not of an instance, and not of one installation: whoever opens a way uses the proxy that is there. */
export const proxyLabels = { [labelNames.role]: 'ingress' } as const;

/** Pure. */
export function buildProxySpec(image: string, address: string): ContainerSpec {
  const publish = [80, 443].map((port) => ({ address: '0.0.0.0', port, containerPort: port }));
  const spec: ContainerSpec = {
    name: PROXY,
    image,
    hostname: PROXY,
    command: ['caddy', 'run', '--config', CADDYFILE, '--adapter', 'caddyfile'],
    env: { XDG_DATA_HOME: PROXY_HOME, XDG_CONFIG_HOME: `${PROXY_HOME}/config`, HOME: PROXY_HOME },
    user: '0:0',
    labels: proxyLabels,
    init: false,
    network: { name: PROXY_NETWORK, address },
    volumes: { '/etc/caddy': SITES_VOLUME, [PROXY_HOME]: DATA_VOLUME },
    publish,
    memoryBytes: MEMORY_BYTES,
    cpus: 1,
    pids: 256,
    restart: 'unless-stopped',
    stopSeconds: 10,
    capabilities: ['NET_BIND_SERVICE'],
    logs: { maxBytes: 5 * 1024 ** 2, files: 2 },
  };
  return { ...spec, labels: { ...spec.labels, [labelNames.profile]: fingerprint(spec) } };
}

/** Of all but its address, which the engine says itself. */
function fingerprint(spec: ContainerSpec): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...spec, network: undefined }))
    .digest('hex')
    .slice(0, 16);
}

/** Whether the proxy was made as it is made now. Pure. */
export function isProxyFit(look: ContainerLook, wanted: ContainerSpec): boolean {
  return look.labels[labelNames.profile] === wanted.labels[labelNames.profile];
}

/** The networks of instances that the proxy is in, with its address in each: whom it serves. Pure. */
export function listServed(look: Pick<ContainerLook, 'networks'>): readonly (readonly [string, string])[] {
  return Object.entries(look.networks).flatMap(([name, { address }]) =>
    name === PROXY_NETWORK ? [] : [[name, address] as const],
  );
}

/** The proxy's whole configuration is ours: sites are files beside it. */
export function buildProxyFiles(): readonly FileEntry[] {
  const text = editCaddyfile('', { sites: true, options: true });
  return [rootFolder('caddy'), rootFolder('caddy/hardshell.d'), rootFile('caddy/Caddyfile', text)];
}

/** What Caddy is to serve for one instance. Pure. */
export function describeContainerSite(
  instance: Pick<Instance, 'id' | 'name'>,
  ingress: Ingress,
  host: string,
  address: string,
): Site {
  const { limits, acme, email } = ingress;
  return {
    host,
    upstream: `${address}:${String(CONTAINER_PORT)}`,
    limits,
    requests: layoutRequestLog(instance, PROXY_HOME),
    ...(email === undefined ? {} : { email }),
    ...(acme === undefined
      ? {}
      : {
          acme: {
            directory: acme.directory,
            ...(acme.rootCertificate === undefined ? {} : { rootFile: layoutCaddyFiles(instance).root }),
          },
        }),
  };
}

/** Text of each file of a site; undefined: it must not be there. */
export interface SiteTexts {
  readonly site: string | undefined;
  readonly options: string | undefined;
  readonly root: string | undefined;
}

/** Pure. */
export function writeSite(site: Site, ingress: Ingress, abilities: CaddyAbilities): SiteTexts {
  return {
    site: buildSiteFile(site, abilities),
    options: buildSiteOptions(site),
    root: ingress.acme?.rootCertificate,
  };
}

/** The endings of a site's files, in the order of `SiteTexts`. */
export const siteEndings = { site: 'caddy', options: 'options', root: 'pem' } as const;

/** The files as they wait to be taken over by `SWAP_SITE`, below the folder of sites. Pure. */
export function stageSite(own: string, texts: SiteTexts): readonly FileEntry[] {
  const name = own.slice(CADDY_DIR.length + 1);
  return (['site', 'options', 'root'] as const).flatMap((kind) => {
    const text = texts[kind];
    return text === undefined ? [] : [rootFile(`${name}.${siteEndings[kind]}.new`, text)];
  });
}

export const EXIT_REFUSED = 67;

/*
 * The new files in the places of the old ones, shown to Caddy, then read by the one that runs; whatever it does not like, the old
 * ones are put back and stay in force. The mark tells of a run that was cut short in between. One at a time.
 * $1 the instance's files without their endings, $2 the Caddyfile
 */
export const SWAP_SITE = `set -u
umask 077
own=$1 file=$2
exec 9>"\${own%/*}/.lock"
flock -w 60 9 || { echo "another change of the sites does not end" >&2; exit 1; }
: >"$own.pending"
for e in caddy options pem; do
  rm -f "$own.$e.old"
  [ ! -f "$own.$e" ] || cp -p "$own.$e" "$own.$e.old"
  if [ -f "$own.$e.new" ]; then mv -f "$own.$e.new" "$own.$e"; else rm -f "$own.$e"; fi
done
said=$(caddy validate --adapter caddyfile --config "$file" 2>&1) && said=$(caddy reload --force --adapter caddyfile --config "$file" 2>&1)
code=$?
for e in caddy options pem; do
  if [ $code -ne 0 ]; then
    if [ -f "$own.$e.old" ]; then mv -f "$own.$e.old" "$own.$e"; else rm -f "$own.$e"; fi
  fi
  rm -f "$own.$e.old"
done
rm -f "$own.pending"
[ -f "$own.caddy" ] || rm -rf "${PROXY_HOME}/hardshell/\${own##*/}"
[ $code -eq 0 ] || { printf '%s\\n' "$said" | grep -vE '^{"level":"(info|warn)"' | tail -n 5 >&2; exit ${String(EXIT_REFUSED)}; }`;

/** What the proxy's Caddy is and can. */
export const LOOK_AT_CADDY = `echo "version=$(caddy version | head -n 1)"
caddy list-modules | grep -x http.handlers.rate_limit >/dev/null && echo rate_limit=yes
echo end=yes`;

function rootFile(path: string, text: string): FileEntry {
  return { path, mode: 0o600, uid: 0, gid: 0, content: Buffer.from(text, 'utf8') };
}

function rootFolder(path: string): FileEntry {
  return { path, mode: 0o755, uid: 0, gid: 0 };
}
