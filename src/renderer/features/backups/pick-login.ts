import type { CallInput } from '../../../shared/contract/contract.ts';
import type { Reach } from '../../reach.ts';

/** Of what was said to a server, what signs in there and what opens a backup. Pure. */
export function pickLogin({
  secrets: { sshPassword, sudoPassword, keyPassphrase, backupKey },
  trustHostKeys,
}: Reach): Required<Pick<CallInput<'backup.verify'>, 'secrets' | 'trustHostKeys'>> {
  return {
    secrets: {
      ...(sshPassword === undefined ? {} : { sshPassword }),
      ...(sudoPassword === undefined ? {} : { sudoPassword }),
      ...(keyPassphrase === undefined ? {} : { keyPassphrase }),
      ...(backupKey === undefined ? {} : { backupKey }),
    },
    trustHostKeys,
  };
}
