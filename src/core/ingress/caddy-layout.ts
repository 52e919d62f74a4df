import type { Instance } from '../../shared/model/instance.ts';
import { slugName } from '../openclaw/container-layout.ts';

/** Where Caddy's packages have their things on a server. */
export const CADDYFILE = '/etc/caddy/Caddyfile';
export const CADDY_UNIT = 'caddy.service';
/** Ours: a file each instance, so that nobody overwrites what another one needs. */
export const CADDY_DIR = '/etc/caddy/hardshell.d';

/** Global options of all our sites together; no instance's files are named so. */
export const CADDY_OPTIONS = `${CADDY_DIR}/hardshell.options`;
/** In the home that the packages give Caddy's account, which may write nowhere else. */
export const CADDY_HOME = '/var/lib/caddy';
export const CADDY_SOCKET = `${CADDY_HOME}/hardshell-admin.sock`;

/** What the proxy of an engine keeps, in a volume of its own. */
export const PROXY_HOME = '/data';

export interface CaddyFiles {
  readonly site: string;
  /** Global options that the site needs. */
  readonly options: string;
  /** The root certificate of an ACME server that nobody else trusts. */
  readonly root: string;
  /** The site while it is closed: a name that Caddy does not read. */
  readonly closed: string;
  /** There from before the files are swapped until Caddy has read them. */
  readonly pending: string;
}

/** The files of one instance, below the folder as Caddy sees it. Pure. */
export function layoutCaddyFiles({ id, name }: Pick<Instance, 'id' | 'name'>, dir = CADDY_DIR): CaddyFiles {
  const own = `${dir}/${nameSite({ id, name })}`;
  return {
    site: `${own}.caddy`,
    options: `${own}.options`,
    root: `${own}.pem`,
    closed: `${own}.caddy.closed`,
    pending: `${own}.pending`,
  };
}

/** Where Caddy counts the requests of one instance. */
export interface RequestLog {
  /** Of the log, in Caddy's configuration. */
  readonly name: string;
  /** A folder of its own: Caddy puts older ones beside it. */
  readonly dir: string;
  /** A line each request. */
  readonly file: string;
}

/** @param home of Caddy's account: it alone writes there. Pure. */
export function layoutRequestLog(instance: Pick<Instance, 'id' | 'name'>, home = CADDY_HOME): RequestLog {
  const own = nameSite(instance);
  const dir = `${home}/hardshell/${own}`;
  return { name: `hardshell-${own}`, dir, file: `${dir}/requests.log` };
}

function nameSite({ id, name }: Pick<Instance, 'id' | 'name'>): string {
  const slug = slugName(name);
  return [...(slug === '' ? [] : [slug]), id.slice(2, 10)].join('-');
}
