import type { Core } from '../core/index.ts';
import type { PanelLog } from '../panel/index.ts';
import { toAppError } from '../shared/app-error.ts';
import { texts } from './text.ts';

interface GuardNoticesDeps {
  readonly core: Pick<Core, 'onChange'> & { readonly instances: Pick<Core['instances'], 'list'> };
  readonly notify: (title: string, body: string) => void;
  readonly log: PanelLog;
}

/**
 * Tells a person that a guard has suspended an instance: this program's guard or that of another door, whose record says so. What
 * was suspended before this program began is on its page, and is not said again.
 */
export async function tellOfGuards({ core, notify, log }: GuardNoticesDeps): Promise<Disposable> {
  let known: ReadonlyMap<string, string> | undefined;
  const read = async (): Promise<void> => {
    try {
      const now = new Map<string, string>();
      for (const { id, name, suspension } of await core.instances.list()) {
        if (suspension?.by !== 'guard') continue;
        now.set(id, suspension.at);
        if (known === undefined || known.get(id) === suspension.at) continue;
        notify(texts.guardTitle(name), texts.guardBody(suspension.because));
      }
      known = now;
    } catch (error) {
      // the next change is a reason to look again
      log({ level: 'warn', message: toAppError(error).message });
    }
  };
  // one after another: an older list must not be taken for a newer one
  let reading = read();
  const changes = core.onChange((what) => {
    if (what === 'instances') reading = reading.then(read);
  });
  await reading;
  return changes;
}
