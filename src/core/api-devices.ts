import type { DeviceList } from '../shared/model/device.ts';
import type { ConnectOptions } from './api.ts';

/**
 * Who may come to a gateway with a key of their own, beside its token. The gateway is asked, so it has to run.
 * @throws AppError as `InstanceLink.call`, `device.unknown` where the list has no such id (any more)
 */
export interface Devices {
  list(name: string, options?: ConnectOptions): Promise<DeviceList>;
  /** Lets in who asked under exactly this id. */
  approve(name: string, requestId: string, options?: ConnectOptions): Promise<void>;
  reject(name: string, requestId: string, options?: ConnectOptions): Promise<void>;
  /** Its tokens are worth nothing from now on; to come back it has to ask. @throws AppError `device.own` */
  remove(name: string, deviceId: string, options?: ConnectOptions): Promise<void>;
  /** What it comes back with is worth nothing from now on. It stays let in: who has the gateway's token too gets another. */
  rotate(name: string, deviceId: string, options?: ConnectOptions): Promise<void>;
}
