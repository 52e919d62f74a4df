import type { InstanceId } from '../../shared/model/ids.ts';
import { blankMarks, type AlertMarks } from '../state/alert-records.ts';
import type { RecordFile } from '../state/record-file.ts';

/** Remembers which gateways a person has stopped: that those do not answer is no alert. */
export async function rememberStopped(
  marks: RecordFile<AlertMarks>,
  id: InstanceId,
  isStopped: boolean,
): Promise<void> {
  const known = (await marks.read())?.stopped.includes(id) ?? false;
  if (known === isStopped) return;
  await marks.update((old = blankMarks) => ({
    ...old,
    stopped: [...old.stopped.filter((one) => one !== id), ...(isStopped ? [id] : [])],
  }));
}
