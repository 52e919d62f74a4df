/**
 * The host that the door answers to; a name that somebody's DNS points here is another one. Not 127.0.0.1: cookies know hosts and no
 * ports, and that is where gateways and their tunnels lie, whoever opens them. They never see ours.
 */
const doorHost = (port: number): string => `localhost:${port}`;
export const doorOrigin = (port: number): string => `http://${doorHost(port)}`;

interface RequestHead {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

/** Why a request is not answered; undefined: it is. What changes something, and every socket, has to say where it comes from. Pure. */
export function whyNotAnswer(head: RequestHead, port: number, isSocket = false): string | undefined {
  if (head.host !== doorHost(port)) return 'This is not the host that the request is for.';
  const reads = head.method === 'GET' || head.method === 'HEAD';
  if (head.origin === undefined)
    return reads && !isSocket ? undefined : 'The request does not say where it comes from.';
  return head.origin === doorOrigin(port) ? undefined : 'The request comes from another page.';
}
