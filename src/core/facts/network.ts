import { queryScript } from '../host/command.ts';
import { parseCount } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** Why something on the network cannot be had. */
export type NetworkFault = 'dns' | 'refused' | 'tls' | 'timeout' | 'proxy' | 'http' | 'unknown';

export interface Reach {
  readonly url: string;
  /** True where only the way could be tried and not the answer (a machine without curl and wget). */
  readonly isGuess: boolean;
  /** Undefined: it can be reached. */
  readonly fault: NetworkFault | undefined;
  /** The tool's own words, one line; empty where it had none. */
  readonly words: string;
}

/** How long one address is given. They are tried side by side. */
export const PROBE_SECONDS = 5;

/*
 * The same tools, with the same proxy settings of the environment, that will do the downloads; where there are none, only
 * whether the address opens. A head is asked for, not the body. Answers: `INDEX TOOL CODE STATUS WORDS`.
 */
const SCRIPT = `s=$1; shift
d=$(mktemp -d) || exit 1
trap 'rm -rf "$d"' EXIT
limit() { if command -v timeout >/dev/null 2>&1; then timeout "$s" "$@"; else "$@"; fi; }
probe() {
  w=
  if command -v curl >/dev/null 2>&1; then
    a=$(curl -sS -I -L --proto-redir =http,https -o /dev/null --connect-timeout "$s" --max-time "$s" -w '%{http_code}' -- "$1" 2>"$d/$2.e"); c=$?
    echo "curl $c $a $(tail -n 1 "$d/$2.e" | cut -c 1-300)"
  elif command -v wget >/dev/null 2>&1; then
    limit wget -S --spider -T "$s" -t 1 -O /dev/null "$1" >"$d/$2.e" 2>&1; c=$?
    [ $c -ne 1 ] || { limit wget -S --spider -T "$s" "$1" >"$d/$2.e" 2>&1; c=$?; }
    echo "wget $c 0 $(grep -iE 'HTTP/[0-9]|resolve|address|refused|unreachable|no route|timed? ?out|certificate|ssl|tls|error|denied' "$d/$2.e" | tail -n 1 | cut -c 1-300)"
  else
    u=\${1#*://}; u=\${u%%/*}; u=\${u##*@}
    case $u in *]:*|*[!]:]:[0-9]*) p=\${u##*:}; h=\${u%:*} ;; *) h=$u; case $1 in http:*) p=80 ;; *) p=443 ;; esac ;; esac
    h=\${h#[}; h=\${h%]}
    if [ -n "\${https_proxy-}\${HTTPS_PROXY-}\${http_proxy-}\${ALL_PROXY-}\${all_proxy-}" ]; then echo "none 0 0"
    elif ! getent ahosts "$h" >/dev/null 2>&1; then echo "open 6 0 no address for $h"
    elif command -v bash >/dev/null 2>&1; then
      limit bash -c ': <>"/dev/tcp/$1/$2"' bash "$h" "$p" 2>"$d/$2.e"; c=$?
      echo "open $c 0 $(tail -n 1 "$d/$2.e" | cut -c 1-300)"
    else echo "none 0 0"
    fi
  fi
}
n=0
for u do { probe "$u" "$n" >"$d/$n.o"; } & n=$((n + 1)); done
wait
i=0
while [ $i -lt $n ]; do echo "$i $(cat "$d/$i.o")"; i=$((i + 1)); done`;

/** A mirror's address may hold a login, and every user of a machine can read every argument list. Pure. */
export function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}

/**
 * Whether the machine itself reaches these addresses, told by their addresses without a login. Takes up to five seconds where
 * it does not: for a first deploy only.
 */
export function reachFact(urls: readonly string[]): Fact<readonly Reach[]> {
  const asked = [...new Set(urls.map(withoutLogin))];
  const command = queryScript(SCRIPT, [PROBE_SECONDS, ...asked], { runAs: 'root', env: { LC_ALL: 'C' } });
  return fact(`reach ${asked.join(' ')}`, command, (result) => parseReach(result.stdout, asked));
}

/** An address without an answer counts as not reached. Pure. */
export function parseReach(text: string, urls: readonly string[]): readonly Reach[] {
  const answers = new Map<number, { tool: string; code: number; status: number; words: string }>();
  for (const line of text.split('\n')) {
    const match = /^(\d+) (\w+) (\d+) (\d+)(?: (.*))?$/.exec(line);
    if (match === null) continue;
    const [, index, tool = '', code, status, words = ''] = match;
    answers.set(Number(index), { tool, code: Number(code), status: Number(status), words: words.trim() });
  }
  return urls.map((url, index) => {
    const answer = answers.get(index);
    if (answer === undefined) return { url, isGuess: false, fault: 'unknown', words: '' };
    const { tool, code, status, words } = answer;
    const fault =
      tool === 'curl'
        ? judgeCurl(code, status, words)
        : tool === 'wget'
          ? judgeWget(code, words)
          : judgeOpen(code, words);
    return { url, isGuess: tool === 'open' || tool === 'none', fault, words: fault === undefined ? '' : words };
  });
}

/**
 * Whoever answers can be reached, even when it does not like our question; not so a wall in between (403, 407, 451) and a
 * server that is out of order. Pure.
 */
export function judgeStatus(status: number): NetworkFault | undefined {
  if (status === 407) return 'proxy';
  return status === 403 || status === 451 || status >= 500 ? 'http' : undefined;
}

/** By curl's exit codes, see `man curl`. A status means that there was an answer, whatever came after it. */
function judgeCurl(code: number, status: number, words: string): NetworkFault | undefined {
  if (code === 56 && /407|proxy/i.test(words)) return 'proxy';
  if (status > 0) return judgeStatus(status);
  switch (code) {
    case 5:
      return 'proxy';
    case 6:
      return 'dns';
    case 7:
      return /timed? ?out/i.test(words) ? 'timeout' : 'refused';
    case 28:
      return /resolving timed out/i.test(words) ? 'dns' : 'timeout';
    case 35:
    case 51:
    case 53:
    case 58:
    case 59:
    case 60:
    case 77:
    case 83:
    case 91:
      return 'tls';
    default:
      return 'unknown';
  }
}

const CLOSED = /refused|unreachable|no route|cannot assign requested/i;

/** GNU's and BusyBox's wget say little by exit codes and much by words; `timeout` ends them with 124. */
function judgeWget(code: number, words: string): NetworkFault | undefined {
  if (code === 0) return undefined;
  if (code === 124 || code === 143 || /timed? ?out/i.test(words)) return 'timeout';
  if (/unable to resolve|bad address|name or service|temporary failure/i.test(words)) return 'dns';
  if (/proxy/i.test(words)) return 'proxy';
  const status = parseCount(/(?:ERROR|HTTP\/[\d.]+) (\d{3})\b/i.exec(words)?.[1]);
  if (status !== undefined) return judgeStatus(status);
  if (code === 5 || /certificate|ssl|tls/i.test(words)) return 'tls';
  if (CLOSED.test(words)) return 'refused';
  return code === 8 ? undefined : 'unknown';
}

function judgeOpen(code: number, words: string): NetworkFault | undefined {
  if (code === 0) return undefined;
  if (code === 6) return 'dns';
  if (code === 124 || /timed? ?out/i.test(words)) return 'timeout';
  return /name or service|temporary failure/i.test(words) ? 'dns' : CLOSED.test(words) ? 'refused' : 'unknown';
}
