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
  return [...sitesFolder, rootFile('caddy/Caddyfile', text)];
}

/** A file beside the sites, that Caddy does not read. Pure. */
export function buildSitesFile(name: string, text: string): readonly FileEntry[] {
  return [...sitesFolder, rootFile(`caddy/hardshell.d/${name}`, text)];
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

/** The files as they wait to be taken over by `SWAP_SITE`, below the folder of sites; one that is to go is empty. Pure. */
export function stageSite(own: string, texts: SiteTexts): readonly FileEntry[] {
  const name = own.slice(CADDY_DIR.length + 1);
  return (['site', 'options', 'root'] as const).map((kind) =>
    rootFile(`${name}.${siteEndings[kind]}.new`, texts[kind] ?? ''),
  );
}

export const EXIT_REFUSED = 67;

/*
 * The new files are shown to Caddy as copies, put in the places of the old ones, then read by the one that runs. Whatever it does
 * not like, the old ones stay or are put back. The mark tells of a run that was cut short while the new ones lay there: until it is
 * gone the old ones are kept beside them, and whoever finds it goes back to those first. One at a time.
 * In Caddy's own image all programs are BusyBox's with musl: flock has no -w, and a brace must not begin a pattern.
 * $1 the instance's files without their endings, $2 the Caddyfile
 */
export const SWAP_SITE = `set -eu
umask 077
own=$1 file=$2
dir=\${own%/*} name=\${own##*/} tried=0 cut= said=
trial=$dir/.trial
exec 9>"$dir/.lock"
until flock -n 9; do
  tried=$((tried + 1))
  [ $tried -lt 60 ] || { echo "another change of the sites does not end" >&2; exit 1; }
  sleep 1
done
reload() { said=$(caddy reload --force --adapter caddyfile --config "$file" 2>&1); }
back() {
  for e in caddy options pem; do
    if [ -f "$own.$e.old" ]; then cp -p "$own.$e.old" "$own.$e.back"; mv -f "$own.$e.back" "$own.$e"; else rm -f "$own.$e"; fi
  done
}
settle() { rm -f "$own.pending"; rm -f "$own.caddy.old" "$own.options.old" "$own.pem.old"; }
refuse() {
  printf '%s\\n' "$said" | sed "s|$trial/|$dir/|g" | grep -vE '^[{]"level":"(info|warn)"' | tail -n 5 >&2 || :
  # what ran before may have read the files of the run that was cut short; else the mark stays
  if [ -z "$cut" ] || reload; then settle; fi
  rm -rf "$trial" "$own.caddy.new" "$own.options.new" "$own.pem.new"
  exit ${String(EXIT_REFUSED)}
}
if [ -f "$own.pending" ]; then cut=yes; back; fi

rm -rf "$trial"
mkdir "$trial"
for f in "$dir"/*.caddy "$dir"/*.options "$dir"/*.pem; do
  case $f in "$own".*) ;; *) [ ! -f "$f" ] || cp "$f" "$trial/";; esac
done
for e in caddy options pem; do [ ! -s "$own.$e.new" ] || cp "$own.$e.new" "$trial/$name.$e"; done
for f in "$trial"/*.caddy "$trial"/*.options; do [ ! -f "$f" ] || sed -i "s|$dir/|$trial/|g" "$f"; done
sed "s|$dir/|$trial/|g" "$file" >"$trial/Caddyfile"
said=$(caddy validate --adapter caddyfile --config "$trial/Caddyfile" 2>&1) || refuse

if [ -z "$cut" ]; then
  for e in caddy options pem; do
    rm -f "$own.$e.old"
    [ ! -f "$own.$e" ] || cp -p "$own.$e" "$own.$e.old"
  done
  : >"$own.pending"
fi
for e in caddy options pem; do
  if [ -s "$own.$e.new" ]; then mv -f "$own.$e.new" "$own.$e"; else rm -f "$own.$e" "$own.$e.new"; fi
done
reload || { back; refuse; }
settle
rm -rf "$trial"
[ -f "$own.caddy" ] || rm -rf "${PROXY_HOME}/hardshell/$name"`;

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

/** Below /etc. */
const sitesFolder: readonly FileEntry[] = [rootFolder('caddy'), rootFolder('caddy/hardshell.d')];
