import { get } from 'node:https';

/** What a site answers to somebody who has nothing but its address: no name is said, so the certificate has to be the right one. */
export async function visitAddress(address: string, path: string, trusts: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: address, path, ca: trusts, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).once('error', reject);
  });
}
