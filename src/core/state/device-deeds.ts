import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { deviceDeedSchema, type DeviceDeed } from '../../shared/model/device.ts';
import type { InstanceId } from '../../shared/model/ids.ts';
import { hasCode, makePrivateDir, writeFileAtomic } from '../system/atomic-file.ts';
import { withFileLock } from '../system/file-lock.ts';

const KEPT = 20;

/** What was done from here to the devices of an instance: the newest twenty, whoever of this data folder did it. */
export interface DeviceDeeds {
  add(id: InstanceId, deed: DeviceDeed): Promise<void>;
  /** Newest first. */
  read(id: InstanceId): Promise<DeviceDeed[]>;
  remove(id: InstanceId): Promise<void>;
}

export function createDeviceDeeds(dir: string): DeviceDeeds {
  const pathOf = (id: InstanceId): string => join(dir, `${id}.jsonl`);
  const read = async (id: InstanceId): Promise<DeviceDeed[]> => {
    try {
      return (await readFile(pathOf(id), 'utf8')).split('\n').flatMap(parseLine);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  };
  return {
    read,
    async add(id, deed) {
      await makePrivateDir(dir);
      await withFileLock(`${pathOf(id)}.lock`, async () => {
        const kept = [deed, ...(await read(id))].slice(0, KEPT);
        await writeFileAtomic(pathOf(id), kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
      });
    },
    remove: (id) => rm(pathOf(id), { force: true }),
  };
}

/** Of what somebody else wrote into the file nothing is shown. */
function parseLine(line: string): DeviceDeed[] {
  try {
    const deed = deviceDeedSchema.safeParse(JSON.parse(line));
    return deed.success ? [deed.data] : [];
  } catch {
    return [];
  }
}
