import fc from 'fast-check';
import { calls, callNames, isCallName } from '../../src/shared/contract/contract.ts';
import { toDoorSchema } from '../../src/shared/contract/wire.ts';

/** What the contract's fields are called, with values that are right, nearly right, and wrong. */
const near: Readonly<Record<string, readonly unknown[]>> = {
  instanceId: ['i-0123456789abcdef', 'i-0123456789ABCDEF', '__proto__', ''],
  draftId: ['d-abcdefgh', 'd-', 'd-ABCDEFGH'],
  previewId: ['r-0mhw3k2p1a-12345678', 'r-', '../../etc/passwd'],
  runId: ['r-0mhw3k2p1a-12345678', 'constructor'],
  shellId: ['s-0123456789abcdef', 's-x'],
  streamId: [1, 2, 0, -1, 1.5, 2 ** 32],
  columns: [80, 2, 1, 1001, Number.NaN],
  rows: [24, 1, 0, '24'],
  lines: [0, 10, 10_001],
  purge: [true, false, 1],
  confirmed: [true, false, 'true'],
  remember: [true, null],
  host: ['203.0.113.7', '', 'x'.repeat(301)],
  url: ['https://openclaw.ai', 'http://openclaw.ai', 'file:///etc/passwd', 'javascript:alert(1)'],
  theme: ['dark', 'light', 'blue'],
  bounds: [{ x: 0, y: 0, width: 1, height: 1 }, { x: -1 }, undefined],
  step: ['in', 'reset', 'up'],
  text: ['', 'find', 'x'.repeat(201)],
  direction: ['next', 'back'],
  secrets: [{}, { sshPassword: 'x' }, { sshPassword: '' }, { other: 'x' }],
  trustHostKeys: [[], ['SHA256:x'], [`SHA256:${'a'.repeat(43)}`]],
  change: [
    { kind: 'limits', limits: { memoryBytes: 2 ** 31, cpus: 2 } },
    { kind: 'limits', limits: { memoryBytes: 1, cpus: 2 } },
    { kind: 'ingress', ingress: { access: { mode: 'domain', host: 'claw.example.com' } } },
    { kind: 'ingress', ingress: { access: { mode: 'domain', host: 'localhost' } } },
    { kind: 'suspend', reason: { by: 'guard', because: 'x' } },
    { kind: 'backup' },
    { kind: 'backup', reason: 'schedule' },
    { kind: 'restore', backup: 'b-0123456789abcdef' },
    { kind: 'restore', backup: '../b' },
    { kind: 'update', version: '2026.9.6' },
    { kind: 'update', version: 'latest' },
    { kind: 'rollback' },
  ],
  backupId: ['b-0123456789abcdef', 'b-9999999999999999', 'i-0123456789abcdef', '__proto__'],
  policy: [
    {},
    { schedule: { every: 'day', hour: 3 } },
    { schedule: { every: 'day', hour: 24 } },
    { keep: { last: 0 } },
  ],
  destination: [
    { kind: 'folder', path: '/mnt/nas' },
    { kind: 'folder', path: '../nas' },
    { kind: 'sftp', server: { kind: 'ssh', host: '203.0.113.7' }, path: '/srv' },
    { kind: 'sftp', server: { kind: 'ssh', host: '-oProxyCommand=x' }, path: '/srv' },
  ],
  from: [{ kind: 'folder', path: '/mnt/nas' }, { kind: 'folder', path: '' }, '/mnt/nas'],
  because: ['It ran wild', undefined, '', 'x'.repeat(501)],
  guard: [{}, { cpu: { abovePercent: 90, forSeconds: 300 } }, { cpu: { abovePercent: 101, forSeconds: 300 } }],
  spec: [
    { name: 'research', target: { kind: 'local' } },
    { name: 'research', target: { kind: 'ssh', host: '203.0.113.7' } },
    { name: 'research', target: { kind: 'docker' }, image: 'build', limits: { memoryBytes: 2 ** 31, cpus: 2 } },
    { name: '../x', target: { kind: 'local' } },
    { name: 'x', target: { kind: 'ssh', host: '-oProxyCommand=x' } },
  ],
};

const fieldOf = (name: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...(near[name] ?? [null])) },
    { weight: 1, arbitrary: fc.anything() },
  );

/** Objects with the very fields of the call, sometimes one too many or too few. */
function inputOf(name: string): fc.Arbitrary<unknown> {
  if (!isCallName(name)) return fc.anything();
  const fields = Object.fromEntries(Object.keys(calls[name].input.shape).map((field) => [field, fieldOf(field)]));
  return fc.oneof(
    { weight: 6, arbitrary: fc.record(fields) },
    { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.record({ ...fields, extra: fc.anything() }) },
    { weight: 2, arbitrary: fc.anything() },
  );
}

const callName = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<string>(...callNames) },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString')) },
);

const envelope = callName.chain((call) =>
  fc.record({ type: fc.constant('call'), id: fc.constant(0), call: fc.constant(call), input: inputOf(call) }),
);

/** A message of an interface that is mistaken, or hostile. Those with an `id` of 0 are to be numbered. */
export const randomMessage: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: envelope },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('ack'), stream: fc.integer(), bytes: fc.integer() }) },
  { weight: 1, arbitrary: fc.anything() },
);

export function isNumbered(message: unknown): message is { readonly call: string; readonly input: unknown } {
  return typeof message === 'object' && message !== null && 'id' in message && message.id === 0 && 'call' in message;
}

/** Whether the contract knows this call, asked without any code of a door. */
export function isValidCall(message: unknown): boolean {
  const parsed = toDoorSchema.safeParse(message);
  if (!parsed.success || parsed.data.type !== 'call' || !isCallName(parsed.data.call)) return false;
  return calls[parsed.data.call].input.safeParse(parsed.data.input).success;
}
