import { AppError } from '../../../shared/app-error.ts';
import { needed, satisfied } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { fileFact } from '../../facts/file.ts';
import { changeScript } from '../../host/command.ts';
import { expectOk } from '../../host/exec.ts';
import { planConfigPatch, type ConfigPatch, type GatewaySettings } from '../../openclaw/config-patch.ts';
import { serverEnvironment, type ServerLayout } from '../../openclaw/server-layout.ts';
import { expectValidConfig } from '../../openclaw/validate-result.ts';
import type { Step } from '../step.ts';
import { readPlainToken, type TokenKeeper } from './gateway-token.ts';

const EXIT_INVALID_BEFORE = 67;
const EXIT_INVALID_AFTER = 68;
const EXIT_CHANGED_MEANWHILE = 69;

/*
 * The new text is written beside the old one, shown to OpenClaw's own validator, and only then put in its place; what was there
 * stays beside it. The text arrives on standard input with its length, so that one that was cut short is never used.
 * $1 node, $2 openclaw, $3 path, $4 length, $5 sha256 of the file it was made from ("" for none)
 */
const APPLY = `set -eu
umask 077
node=$1 openclaw=$2 path=$3 size=$4 base=$5
dir=$(dirname -- "$path")
mkdir -p "$dir"; chmod 700 "$dir"
for left in "$dir"/.hardshell-config.*; do [ ! -e "$left" ] || rm -f "$left"; done
new=$(mktemp "$dir/.hardshell-config.XXXXXXXX")
trap 'rm -f "$new"' EXIT
# dash leaves the EXIT trap out where a signal ends it
trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
cat >"$new"
[ "$(wc -c <"$new")" -eq "$size" ] || { echo "the configuration arrived cut short" >&2; exit 1; }
sum() { [ ! -f "$path" ] || sha256sum "$path" | cut -d' ' -f1; }
if [ -f "$path" ]; then "$node" "$openclaw" config validate --json || exit ${String(EXIT_INVALID_BEFORE)}; fi
OPENCLAW_CONFIG_PATH=$new "$node" "$openclaw" config validate --json || exit ${String(EXIT_INVALID_AFTER)}
[ "$(sum)" = "$base" ] || exit ${String(EXIT_CHANGED_MEANWHILE)}
if [ -f "$path" ]; then cp -p "$path" "$path.before-hardshell"; fi
sync "$new" 2>/dev/null || :
mv -f "$new" "$path"`;

/** What openclaw.json is to become, made from what it says. */
type PlanPatch = (text: string | undefined) => Promise<ConfigPatch>;

/** openclaw.json as a minimal patch over what is there: validated before it replaces anything, 0600. */
export function configFileStep(
  layout: ServerLayout,
  settings: Omit<GatewaySettings, 'token'>,
  keeper: TokenKeeper,
): Step {
  return patchedConfigStep(layout, async (text) => {
    // Before the token step has run there is no token: any other will do to see what would change.
    const token = readPlainToken(text) ?? (await keeper.read()) ?? new Secret('0'.repeat(64));
    return planConfigPatch(text, { ...settings, token });
  });
}

export function patchedConfigStep(layout: ServerLayout, plan: PlanPatch): Step {
  const file = fileFact(layout.configPath);
  return {
    id: 'config',
    title: 'Write openclaw.json',
    facts: [file],
    // OpenClaw looks at two configurations, the old one and the new: seconds each, and minutes where the machine is busy.
    timeoutMs: 6 * 60_000,
    async check({ read }) {
      const found = await read(file);
      const { changes, severity } = await plan(found?.text);
      if (changes.length > 0) return needed(`to be set: ${changes.map(({ path }) => path).join(', ')}`, severity);
      if (found !== undefined && (found.mode !== '0600' || !found.owner.startsWith(`${layout.user}:`)))
        return needed('others could read openclaw.json');
      return satisfied('openclaw.json says what it should');
    },
    async apply({ read, change, changeOk }) {
      const found = await read(file);
      const text = found?.text;
      const patch = await plan(text);
      if (patch.changes.length > 0) {
        const base = found?.sha256 ?? '';
        const command = changeScript(
          APPLY,
          [layout.node, layout.openclaw, layout.configPath, Buffer.byteLength(patch.text), base],
          {
            runAs: { user: layout.user },
            env: serverEnvironment(layout),
            slow: true,
          },
        );
        const result = await change(command, {
          doing: `Setting ${patch.changes.map(({ path }) => path).join(', ')} in openclaw.json`,
          input: new Secret(patch.text),
          quiet: true,
        });
        if (result.code === EXIT_INVALID_BEFORE || result.code === EXIT_INVALID_AFTER) {
          expectValidConfig(result, result.code === EXIT_INVALID_BEFORE ? text : patch.text);
          throw new AppError('config.rejected');
        }
        if (result.code === EXIT_CHANGED_MEANWHILE) {
          throw new AppError('config.rejected', {
            message: 'openclaw.json was changed by somebody else in this moment.',
            hint: 'Try again.',
          });
        }
        expectOk(result, 'Writing openclaw.json');
      }
      await changeOk(
        'Closing openclaw.json to others',
        changeScript('chmod 600 "$1" && chown "$2:" "$1"', [layout.configPath, layout.user], { runAs: 'root' }),
      );
    },
  };
}
