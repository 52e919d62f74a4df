import { queryScript } from '../host/command.ts';
import { unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';
import { parseControlGroup } from './listeners.ts';

/** A trace of OpenClaw, or of what it was called before (clawdbot, moltbot), wherever it came from. */
export type Trace =
  | {
      readonly kind: 'unit';
      readonly path: string;
      readonly unit: string;
      /** Undefined: the system's own. */ readonly user: string | undefined;
    }
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly user: string;
      readonly unit: string | undefined;
      readonly container: string | undefined;
      readonly words: string;
    }
  | { readonly kind: 'state'; readonly path: string; readonly user: string }
  | { readonly kind: 'program'; readonly path: string }
  | { readonly kind: 'container'; readonly name: string; readonly image: string; readonly status: string };

/*
 * Homes come from the list of accounts, because they need not lie under /home. Processes: only the shell's own means until
 * one is found, as there are hundreds; shells and sudo carry the words of this very script and are passed over.
 */
const SCRIPT = `list() { for f do [ ! -e "$f" ] && [ ! -L "$f" ] || printf '%s\\t%s\\n' "$k" "$f"; done; }
k=unit
for n in openclaw clawdbot moltbot; do
  list /etc/systemd/system/$n*.service /etc/systemd/system/$n*.timer /lib/systemd/system/$n*.service /usr/local/lib/systemd/system/$n*.service
  k="unit-of any"; list /etc/systemd/user/$n*.service /usr/lib/systemd/user/$n*.service; k=unit
done
{ getent passwd 2>/dev/null || cat /etc/passwd; } | while IFS=: read -r u _ i _ _ h _; do
  [ "$i" = 0 ] || [ "$i" -ge 500 ] || continue
  [ -d "$h" ] && [ "$h" != / ] || continue
  for n in openclaw clawdbot moltbot; do
    k="unit-of $u"; list "$h"/.config/systemd/user/$n*.service
    k="state $u"; list "$h"/.$n "$h"/.$n-[a-z]*
    k=program; list "$h"/.npm-global/bin/$n "$h"/.local/bin/$n "$h"/.npm/bin/$n "$h"/.bun/bin/$n "$h"/.nvm/versions/node/*/bin/$n "$h"/.volta/bin/$n "$h"/.local/share/pnpm/$n "$h"/.local/share/fnm/node-versions/*/installation/bin/$n
  done
done
k=program
for n in openclaw clawdbot moltbot; do list /usr/local/bin/$n /usr/bin/$n /opt/$n /snap/bin/$n /home/linuxbrew/.linuxbrew/bin/$n; done
for f in $(grep -lasE '(openclaw|clawdbot|moltbot)' /proc/[0-9]*/cmdline 2>/dev/null); do
  p=\${f#/proc/}; p=\${p%/cmdline}
  read -r c <"/proc/$p/comm" || continue
  case $c in sh|bash|dash|ash|busybox|zsh|sudo|su|runuser|grep|env|ssh|sshd*|setsid|timeout|tail|journalctl|less|vi|vim|nano) continue ;; esac
  g=
  while IFS= read -r l; do
    case $l in 0::/?*) [ -n "$g" ] || g=$l ;; *:name=systemd:*) g=$l ;; esac
  done <"/proc/$p/cgroup"
  printf 'process\\t%s\\t%s\\t%s\\t%s\\n' "$p" "$(stat -c %U "/proc/$p")" "$g" "$(tr '\\0\\n\\t' '   ' <"$f" | cut -c 1-300)"
done 2>/dev/null
g=
while IFS= read -r l; do
  case $l in 0::/?*) [ -n "$g" ] || g=$l ;; *:name=systemd:*) g=$l ;; esac
done </proc/1/cgroup
printf 'self\\t%s\\n' "$g"
for e in docker podman; do
  command -v $e >/dev/null 2>&1 || continue
  [ $e != docker ] || [ -S /var/run/docker.sock ] || continue
  timeout 4 $e ps -a --format '{{.Names}}	{{.Image}}	{{.Status}}' 2>/dev/null | grep -iE 'openclaw|clawdbot|moltbot' | head -n 20 | sed 's/^/container	/'
done
echo end`;

export function tracesFact(): Fact<readonly Trace[]> {
  return fact('openclaw-traces', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) => {
    if (!/^end$/m.test(result.stdout)) throw unreadable('other installs of OpenClaw', result);
    return parseTraces(result.stdout);
  });
}

/** Pure. */
export function parseTraces(text: string): readonly Trace[] {
  const self = /^self\t(.*)$/m.exec(text)?.[1];
  return text.split('\n').flatMap((line) => parseTrace(line, self) ?? []);
}

function parseTrace(line: string, self: string | undefined): Trace | undefined {
  const [kind = '', a, b, c, d] = line.split('\t');
  if (a === undefined) return undefined;
  const [what, user] = kind.split(' ');
  switch (what) {
    case 'unit':
    case 'unit-of':
      return { kind: 'unit', path: a, unit: a.slice(a.lastIndexOf('/') + 1), user };
    case 'state':
      return user === undefined ? undefined : { kind: 'state', path: a, user };
    case 'program':
      return { kind: 'program', path: a };
    case 'container':
      return { kind: 'container', name: a, image: b ?? '', status: c ?? '' };
    case 'process': {
      if (!/^\d+$/.test(a) || b === undefined || c === undefined || d === undefined || !runsOpenClaw(d))
        return undefined;
      const { unit, container } = parseControlGroup(c, self);
      return { kind: 'process', pid: Number(a), user: b, unit, container, words: d.trim() };
    }
    default:
      return undefined;
  }
}

/** Whether this is the program, and not something that has its name in an argument (an editor, a log reader). */
function runsOpenClaw(words: string): boolean {
  const [program = '', ...rest] = words.trim().split(/\s+/);
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (/^(?:openclaw|clawdbot|moltbot)/.test(name)) return true;
  return (
    /^(?:node|nodejs|bun|MainThread)/.test(name) &&
    rest.some((word) => /(?:^|\/)(?:openclaw|clawdbot|moltbot)(?:\/|$|\.mjs$)/.test(word))
  );
}
