import { Secret } from '../../shared/secret.ts';

/** A page to print: what opens the backups, and how, with nothing of ours at hand. Pure. */
export function writeRecoverySheet(key: Secret, recipient: string, madeAt: Date): Secret {
  return new Secret(`HARDSHELL RECOVERY SHEET

Whoever has this sheet can read every backup of this Hardshell, with the
passwords and tokens that are in it. Keep it where the computer is not.

Written on     ${madeAt.toISOString().slice(0, 10)}
Opens what is  encrypted to
               ${recipient}

KEY

  ${key.reveal()}

WITH HARDSHELL

  Choose "Restore from a backup", name the folder or the server where the
  backups lie, and type the key. On the command line:

    hardshell backup-adopt PLACE

WITHOUT HARDSHELL

  A backup is a file b-XXXXXXXXXXXXXXXX.age. The file of the same name that
  ends in .json says of which instance it is, and from when. It opens with
  the program age (https://age-encryption.org, package "age" of most systems):

  1. Type the line under KEY into a file key.txt.
  2. age --decrypt --identity key.txt --output backup.tar.gz b-XXXXXXXXXXXXXXXX.age
  3. sha256sum backup.tar.gz
     prints what the .json file says as "sha256" (not the one in "encrypted").
  4. tar -xzf backup.tar.gz
     The settings, sessions and credentials lie in the folder payload;
     manifest.json says where each of them was. Or, with OpenClaw:
     openclaw backup restore backup.tar.gz --target restored
  5. Remove key.txt.
`);
}
