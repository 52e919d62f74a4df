import type { LabServer } from './server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/**
 * One address behind which one server stands after the other: to the person who deploys, what boots from a checkpoint is the
 * server that was there before. It is also the line that can be cut.
 */
export interface FrontDoor extends TcpProxy {
  leadTo(server: Pick<LabServer, 'sshPort'>): void;
}

export async function openFrontDoor(): Promise<FrontDoor> {
  const behind = { port: 0 };
  const proxy = await startTcpProxy({ to: behind });
  return Object.assign(proxy, {
    leadTo: ({ sshPort }: Pick<LabServer, 'sshPort'>) => void (behind.port = sshPort),
  });
}
