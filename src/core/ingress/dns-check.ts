import { isIP } from 'node:net';
import { lookup } from 'node:dns/promises';
import { AppError } from '../../shared/app-error.ts';
import type { Finding } from '../api.ts';
import { fact, type Fact } from '../facts/fact.ts';
import { isPublicAddress } from '../facts/firewall.ts';
import { isLoopback } from '../facts/listeners.ts';
import { queryScript } from '../host/command.ts';
import { formatAddress } from './public-address.ts';

/** All addresses of a name, as this computer finds them; none where there is no such name. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** A resolver that cannot be reached knows no name: what follows from that is for the person to see. */
export const resolveHere: ResolveHost = async (host) => {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
};

const ADDRESSES = `ip -o addr show scope global 2>/dev/null | grep -oE 'inet6? [0-9a-fA-F.:]+' | cut -d' ' -f2
echo end`;

/** The machine's own addresses, loopback and link-local left out. */
export function ownAddressesFact(): Fact<readonly string[]> {
  return fact('own addresses', queryScript(ADDRESSES, [], { runAs: 'root', env: { LC_ALL: 'C' } }), ({ stdout }) =>
    parseAddresses(stdout),
  );
}

/** What the machine itself makes of a name. */
export function resolvedFact(host: string): Fact<readonly string[]> {
  const command = queryScript('getent ahosts "$1" | cut -d" " -f1; echo end', [host], { runAs: 'root' });
  return fact(`addresses of ${host}`, command, ({ stdout }) => parseAddresses(stdout));
}

/** Pure. */
export function parseAddresses(text: string): readonly string[] {
  const addresses = text
    .split('\n')
    .map((line) => line.trim().replace(/%.*$/, ''))
    .filter((line) => isIP(line) !== 0);
  return [...new Set(addresses.map(formatAddress))];
}

export interface DnsAnswers {
  readonly host: string;
  /** Where the machine is: its own addresses, and the one by which we reach it. */
  readonly machine: readonly string[];
  /** As this computer finds it, which stands for everybody else. */
  readonly outside: readonly string[];
  /** As the machine itself does. */
  readonly inside: readonly string[];
}

export interface DnsVerdict {
  /** `unsure`: it may well lead there, but from here that cannot be seen. */
  readonly is: 'right' | 'unsure' | 'wrong';
  readonly because: string;
}

/**
 * Every address of a name has to lead to the machine: an authority asks whichever it likes, first of all the one of IPv6. Behind
 * a network that translates addresses the machine does not know its own, so that a public one may be right. Pure.
 */
export function judgeDns({ host, machine, outside, inside }: DnsAnswers): DnsVerdict {
  const own = new Set(machine.map(formatAddress));
  const knowsPublic = machine.some(isPublicAddress);
  const strangers = (answers: readonly string[]): string[] =>
    answers.map(formatAddress).filter((address) => !own.has(address));
  // A machine often has its own name in its hosts file.
  const fromInside = strangers(inside).filter((address) => !isLoopback(address));
  const fromOutside = strangers(outside);
  const couldBeOurs = (address: string): boolean => !knowsPublic && isPublicAddress(address);
  const list = (answers: readonly string[]): string => answers.join(', ');

  if (outside.length === 0 && inside.length === 0) return { is: 'wrong', because: `${host} leads nowhere.` };
  const wrong = [...new Set([...fromOutside, ...fromInside])].filter((address) => !couldBeOurs(address));
  if (wrong.length > 0) return { is: 'wrong', because: `${host} leads to ${list(wrong)}, which is not this machine.` };
  if (outside.length === 0)
    return { is: 'unsure', because: `The machine finds ${host}; this computer does not know the name yet.` };
  if (fromOutside.length > 0)
    return {
      is: 'unsure',
      because: `${host} leads to ${list(fromOutside)}; the machine does not know whether that is its own.`,
    };
  return { is: 'right', because: `${host} leads to ${list(outside)}.` };
}

/** Pure. */
export function dnsError(answers: DnsAnswers): AppError {
  const { host, machine, outside, inside } = answers;
  const wanted = machine.filter(isPublicAddress);
  return new AppError('ingress.dns', {
    message: judgeDns(answers).because,
    details: {
      host,
      machine: wanted.length > 0 ? wanted : machine,
      seenFromHere: outside,
      seenFromTheMachine: inside,
    },
  });
}

/** @param isMade by a step of the same plan: what is not there yet is no reason to refuse */
export function describeDns(answers: DnsAnswers, isMade: boolean): Finding {
  const { is, because } = judgeDns(answers);
  const about = { id: 'dns', title: 'The name', because };
  if (is === 'right') return { ...about, level: 'ok' };
  if (is === 'unsure') return { ...about, level: 'warn' };
  return isMade ? { ...about, level: 'fix' } : { ...about, level: 'refuse', error: dnsError(answers) };
}

/**
 * The address at which visitors find the machine: one of its own that the internet can reach, else the one by which we do, else
 * whichever it has (inside a company nothing is public). Pure.
 * @param reachedAt addresses of the name or number that the person connects to
 */
export function choosePublicAddress(own: readonly string[], reachedAt: readonly string[]): string | undefined {
  const inOrder = (addresses: readonly string[]): string[] => [...addresses].sort((a, b) => isIP(a) - isIP(b));
  const outer = reachedAt.filter((address) => !isLoopback(address));
  return inOrder(own.filter(isPublicAddress))[0] ?? inOrder(outer)[0] ?? inOrder(own)[0];
}
