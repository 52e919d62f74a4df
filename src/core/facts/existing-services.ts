import { queryScript } from '../host/command.ts';
import { unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

/** The unit of a gateway that some account has for itself. */
export interface ExistingService {
  readonly user: string;
  readonly home: string;
  readonly unitPath: string;
  /** `openclaw-gateway.service` */
  readonly unit: string;
  /** Its text. May hold a token. */
  readonly text: string;
}

/* Homes come from the list of accounts, because they need not lie under /home. What an account calls its unit has no end of its own. */
const SCRIPT = `{ getent passwd 2>/dev/null || cat /etc/passwd; } | while IFS=: read -r u _ i _ _ h _; do
  [ "$i" = 0 ] || [ "$i" -ge 500 ] || continue
  [ -d "$h" ] && [ "$h" != / ] || continue
  for n in openclaw clawdbot moltbot; do
    for f in "$h"/.config/systemd/user/$n*.service; do
      [ -f "$f" ] && printf 'unit\\t%s\\t%s\\t%s\\t%s\\n' "$u" "$h" "$f" "$(head -c 262144 <"$f" | base64 | tr -d '\\n')"
    done
  done
done
echo end`;

export function existingServicesFact(): Fact<readonly ExistingService[]> {
  return fact('existing-services', queryScript(SCRIPT, [], { runAs: 'root', env: { LC_ALL: 'C' } }), (result) => {
    if (!/^end$/m.test(result.stdout)) throw unreadable('the services of accounts', result);
    return parseExistingServices(result.stdout);
  });
}

/** Pure. */
export function parseExistingServices(text: string): readonly ExistingService[] {
  return text.split('\n').flatMap((line) => {
    const [kind, user, home, unitPath, encoded] = line.split('\t');
    if (kind !== 'unit' || user === undefined || home === undefined || unitPath === undefined) return [];
    const unit = unitPath.slice(unitPath.lastIndexOf('/') + 1);
    return [{ user, home, unitPath, unit, text: Buffer.from(encoded ?? '', 'base64').toString('utf8') }];
  });
}

/** What a unit starts, and the variables that it sets itself. */
export interface UnitText {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly envFiles: readonly string[];
}

/** Of the settings of a unit, those that say where a gateway has its things. Pure. */
export function parseUnitText(text: string): UnitText {
  const lines = text.replace(/\\\n/g, ' ').split('\n');
  const valuesOf = (name: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1).trim()] : []));
  const pairs = valuesOf('Environment')
    .flatMap(splitWords)
    .map((pair): [string, string] => [pair.replace(/=.*$/s, ''), pair.slice(pair.indexOf('=') + 1)]);
  return {
    words: splitWords((valuesOf('ExecStart').at(-1) ?? '').replace(/^[-@:+!|]+/, '')),
    env: Object.fromEntries(pairs),
    envFiles: valuesOf('EnvironmentFile').map((path) => path.replace(/^-/, '')),
  };
}

/** As systemd splits them: by spaces, but not within quotes. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, (_, a: string, b: string) => a || b || '').replace(/\\(.)/g, '$1'),
  );
}
