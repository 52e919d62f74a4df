import { queryScript } from '../host/command.ts';
import { CADDY_HOME } from '../ingress/caddy-layout.ts';
import { parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

export interface Caddy {
  /** Undefined: there is none. */
  readonly version: string | undefined;
  /** Whether it has the module that counts requests. */
  readonly hasRateLimit: boolean;
  /** Put there by the system's package manager, which can replace it. */
  readonly isPackaged: boolean;
  /** Whether its account has the home that the packages give it. */
  readonly hasHome: boolean;
  /** `running`: reads a Caddyfile. `other`: runs, but has its configuration from somewhere else. */
  readonly service: 'absent' | 'stopped' | 'running' | 'other';
}

const SCRIPT = `PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
c=$(systemctl show caddy.service --property=ExecStart 2>/dev/null | sed -n 's/^.*path=\\([^ ;]*\\) .*$/\\1/p')
[ -x "$c" ] || c=$(command -v caddy) || c=
if [ -n "$c" ]; then
  echo "version=$("$c" version 2>/dev/null | head -n 1)"
  "$c" list-modules 2>/dev/null | grep -qx http.handlers.rate_limit && echo rate_limit=yes
  { dpkg -S "$c" || rpm -qf "$c"; } >/dev/null 2>&1 && echo packaged=yes
fi
u=$(systemctl show caddy.service --property=User --value 2>/dev/null)
[ -n "$u" ] && [ "$(stat -c %U ${CADDY_HOME} 2>/dev/null)" = "$u" ] && echo home=yes
systemctl show caddy.service --property=LoadState,ActiveState,ExecStart 2>/dev/null
systemctl is-active --quiet caddy-api.service && echo api=yes
echo end=yes`;

export function caddyFact(): Fact<Caddy> {
  return fact('caddy', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) => {
    const values = parseKeyValues(result.stdout);
    if (!values.has('end')) throw unreadable('its Caddy', result);
    return parseCaddy(values);
  });
}

/** `v2.11.4 h1:…` of its makers, `2.11.4` of Debian. Pure. */
export function parseCaddy(values: ReadonlyMap<string, string>): Caddy {
  const version = /^v?(\d+\.\d+\.\d+\S*)/.exec(values.get('version') ?? '')?.[1];
  const isActive = values.get('ActiveState') === 'active' || values.get('ActiveState') === 'reloading';
  const readsCaddyfile = / --config \/etc\/caddy\/Caddyfile /.test(values.get('ExecStart') ?? '');
  const isOther =
    values.has('api') || (isActive && (!readsCaddyfile || / --resume /.test(values.get('ExecStart') ?? '')));
  return {
    version,
    hasRateLimit: values.has('rate_limit'),
    isPackaged: values.has('packaged'),
    hasHome: values.has('home'),
    service: isOther ? 'other' : values.get('LoadState') !== 'loaded' ? 'absent' : isActive ? 'running' : 'stopped',
  };
}
