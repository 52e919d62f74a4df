import { queryScript } from '../host/command.ts';
import { expectOk } from '../host/exec.ts';
import { fact, type Fact } from './fact.ts';

const SCRIPT = 'for path; do if [ -e "$path" ] || [ -L "$path" ]; then printf "%s\\n" "$path"; fi; done';

/** Which of these files and folders are there. */
export function presenceFact(paths: readonly string[]): Fact<readonly string[]> {
  return fact(`presence ${paths.join(' ')}`, queryScript(SCRIPT, paths, { runAs: 'root' }), (result) => {
    const found = new Set(expectOk(result).stdout.split('\n'));
    return paths.filter((path) => found.has(path));
  });
}
