import { setTimeout as pause } from 'node:timers/promises';
import { needed, satisfied } from '../../../shared/model/run.ts';
import {
  dnsError,
  judgeDns,
  ownAddressesFact,
  resolvedFact,
  type DnsAnswers,
  type ResolveHost,
} from '../../ingress/dns-check.ts';
import { exec } from '../../host/exec.ts';
import type { CheckContext, Step } from '../step.ts';

const POLL_MS = 3000;

export interface NameQuestion {
  readonly host: string;
  /** Addresses by which the machine is reached from here. */
  readonly reachedAt: readonly string[];
  readonly resolve: ResolveHost;
}

export async function askDns(
  { host, reachedAt, resolve }: NameQuestion,
  { read }: Pick<CheckContext, 'read'>,
): Promise<DnsAnswers> {
  const [outside, inside, own] = await Promise.all([resolve(host), read(resolvedFact(host)), read(ownAddressesFact())]);
  return { host, outside, inside, machine: [...new Set([...own, ...reachedAt])] };
}

/**
 * Nobody is asked for a certificate before the name leads to the machine: authorities let only so many attempts fail. Changes
 * nothing.
 * @param patienceMs how long a record may take to be seen that has just been made
 */
export function nameCheckStep(question: NameQuestion, patienceMs: number): Step {
  return {
    id: 'name-check',
    title: `Check that ${question.host} leads to the machine`,
    facts: [resolvedFact(question.host), ownAddressesFact()],
    timeoutMs: patienceMs + 60_000,
    async check(context) {
      const { is, because } = judgeDns(await askDns(question, context));
      return is === 'wrong' ? needed(because.replace(/\.$/, '')) : satisfied(because.replace(/\.$/, ''));
    },
    async apply({ host, note, signal }) {
      // Asked anew each time: nothing that we change makes an answer old, time does.
      const read: CheckContext['read'] = async ({ command, parse }) => parse(await exec(host, command, { signal }));
      const deadline = Date.now() + patienceMs;
      for (;;) {
        const answers = await askDns(question, { read });
        const { is, because } = judgeDns(answers);
        if (is !== 'wrong') return;
        if (Date.now() >= deadline) throw dnsError(answers);
        note(because);
        await pause(POLL_MS, undefined, { signal });
      }
    },
  };
}
