import { queryScript } from '../host/command.ts';
import { expectOk } from '../host/exec.ts';
import { fact, type Fact } from './fact.ts';

const SCRIPT = '[ ! -d "$1" ] || find "$1" -mindepth 1 -maxdepth 1 -type f';

/** The files right in a folder, by their whole paths; none where there is no such folder. */
export function folderFact(path: string): Fact<readonly string[]> {
  return fact(`folder ${path}`, queryScript(SCRIPT, [path], { runAs: 'root' }), (result) =>
    expectOk(result)
      .stdout.split('\n')
      .filter((line) => line !== '')
      .sort(),
  );
}
