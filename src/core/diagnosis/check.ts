import { assertNever } from '../../shared/assert-never.ts';
import type { DiagnosisFinding, FixId } from '../../shared/model/diagnosis.ts';
import type { Evidence } from './evidence.ts';

/** What a check found wrong. */
export interface Complaint {
  readonly level: 'warn' | 'bad';
  readonly because: string;
  readonly fix?: FixId;
  /** What it mends may have been meant so, though the fix itself does no harm. */
  readonly isCareful?: boolean;
  readonly hint?: string;
}

/** One thing that can be wrong with an instance. Pure over what was read of it. */
export interface DiagnosisCheck {
  readonly id: string;
  readonly title: string;
  /** What comes of it, for a person who never heard of it. */
  readonly why: string;
  /** What it wants is how we set an instance up. One that others have set up is right as it was found, and is not held to it. */
  readonly isOfOurLayout?: true;
  /** Whether there is such a thing at that place, and enough was read to judge it. */
  readonly applicable: (evidence: Evidence) => boolean;
  /** A text: why it is fine. */
  readonly check: (evidence: Evidence) => string | Complaint;
}

export interface FixWords {
  readonly label: string;
  /** The title of its step. */
  readonly title: string;
  readonly isCareful: boolean;
}

/** Pure. */
export function describeFix(id: FixId): FixWords {
  switch (id) {
    case 'restore-config':
      return careful('Bring the last whole one back', 'Bring back the last whole openclaw.json');
    case 'doctor':
      return careful('Let OpenClaw mend it', "Write what OpenClaw's doctor makes of openclaw.json");
    case 'owner':
      return safe('Give them back', 'Give the state folder to the account of OpenClaw');
    case 'modes':
      return safe('Close them to others', 'Close the state folder to others');
    case 'token':
      return safe('Keep the one in force', 'Keep the gateway token in the secret store');
    case 'config':
      // it restarts the gateway
      return careful('Set it right', 'Set openclaw.json right');
    case 'proxies':
      return safe('Trust the proxy alone', 'Trust the proxy alone');
    case 'account':
      return safe('Let its services run', 'Let services of the account run while nobody is logged in');
    case 'swap':
      return careful('Add swap', 'Add swap');
    case 'leftovers':
      return safe('Remove them', 'Remove what npm left behind');
    case 'sessions':
      return careful('Remove what was deleted', 'Remove sessions that were deleted or reset');
    case 'legacy':
      return careful('Switch them off', 'Switch other gateway services off');
    case 'limits':
      return safe('Set them again', 'Set the limits of the gateway again');
    case 'service':
      return careful('Install the service again', 'Install the gateway service again');
    case 'reload':
      return safe('Read it again', 'Let systemd read the service again');
    case 'start':
      return careful('Start it', 'Start the gateway');
    case 'restart':
      return careful('Restart it', 'Restart the gateway');
    default:
      return assertNever(id);
  }
}

const safe = (label: string, title: string): FixWords => ({ label, title, isCareful: false });
const careful = (label: string, title: string): FixWords => ({ label, title, isCareful: true });

/** Pure. What does not apply is not told. */
export function judge(checks: readonly DiagnosisCheck[], evidence: Evidence): DiagnosisFinding[] {
  return checks
    .filter(({ isOfOurLayout, applicable }) => !(isOfOurLayout && evidence.instance.adopted) && applicable(evidence))
    .map(({ id, title, why, check }): DiagnosisFinding => {
      const said = check(evidence);
      if (typeof said === 'string') return { id, title, level: 'ok', because: said };
      const { level, because, fix, hint, isCareful = false } = said;
      return {
        id,
        title,
        level,
        because,
        why,
        ...(hint === undefined ? {} : { hint }),
        ...(fix === undefined
          ? {}
          : { fix: { id: fix, label: describeFix(fix).label, isCareful: isCareful || describeFix(fix).isCareful } }),
      };
    });
}
