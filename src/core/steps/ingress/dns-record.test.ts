import { afterEach, describe, expect, it } from 'vitest';
import type { InstanceId } from '../../../shared/model/ids.ts';
import type { Check } from '../../../shared/model/run.ts';
import { Secret } from '../../../shared/secret.ts';
import { createFakeHost } from '../../host/fake/fake-host.ts';
import { createCloudflareDns } from '../../providers/cloudflare/cloudflare-dns.ts';
import { startFakeCloudflare, type FakeCloudflare } from '../../providers/cloudflare/fake/fake-cloudflare.ts';
import type { ApplyContext, Step } from '../step.ts';
import { absentDnsRecordStep, dnsRecordStep } from './dns-record.ts';

const TOKEN = 'v1-0123456789abcdef';
const instance = 'i-0123456789abcdef' as InstanceId;
const host = 'research.bots.example.com';
const ours = { comment: `Hardshell ${instance}` };

const open: FakeCloudflare[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()));
});

interface Stage {
  readonly fake: FakeCloudflare;
  readonly done: string[];
  readonly step: (...addresses: string[]) => Step;
  readonly absent: Step;
  readonly run: (step: Step) => Promise<Check>;
}

async function stage(): Promise<Stage> {
  const fake = await startFakeCloudflare({ token: TOKEN, zones: ['example.com'] });
  open.push(fake);
  const dns = createCloudflareDns(new Secret(TOKEN), { api: fake.api });
  const done: string[] = [];
  const { signal } = new AbortController();
  const refuse = (): never => {
    throw new Error('It has nothing to do on the machine.');
  };
  const context: ApplyContext = {
    read: refuse,
    host: createFakeHost(),
    signal,
    change: refuse,
    changeOk: refuse,
    act: (doing, work) => {
      done.push(doing);
      return work(signal);
    },
    note: () => undefined,
    progress: () => undefined,
  };
  return {
    fake,
    done,
    step: (...addresses) => dnsRecordStep({ dns, instance, host, addresses }),
    absent: absentDnsRecordStep({ dns, instance, host }),
    /** As the runner does: check, apply where needed, check. */
    async run(step) {
      const before = await step.check(context);
      if (before.is === 'satisfied') return before;
      await step.apply(context);
      expect(await step.check(context)).toMatchObject({ is: 'satisfied' });
      return before;
    },
  };
}
const listed = ({ records }: FakeCloudflare): string[] =>
  records.map(({ type, content }) => `${type} ${content}`).sort();

describe('dnsRecordStep', () => {
  it('makes one record an address, marked as ours and not proxied; then it has nothing to do', async () => {
    const { fake, step, run, done } = await stage();
    const wish = step('203.0.113.7', '2001:db8::7');
    expect(await run(wish)).toEqual({ is: 'needed', because: 'the name has no record', severity: 'safe' });
    expect(listed(fake)).toEqual(['A 203.0.113.7', 'AAAA 2001:db8::7']);
    expect(fake.records.every(({ comment, proxied }) => comment === ours.comment && !proxied)).toBe(true);
    expect(await run(wish)).toEqual({ is: 'satisfied', because: 'the name leads there' });
    expect(done).toEqual([`Setting the DNS records of ${host} at Cloudflare`]);
  });

  it('changes its own when the machine has another address, and takes back what is left over', async () => {
    const { fake, step, run } = await stage();
    fake.add({ type: 'A', name: host, content: '203.0.113.1', ...ours });
    fake.add({ type: 'A', name: host, content: '203.0.113.2', ...ours });
    fake.add({ type: 'AAAA', name: host, content: '2001:db8::1', ...ours });
    expect(await run(step('203.0.113.7'))).toMatchObject({ because: 'its records lead elsewhere' });
    expect(listed(fake)).toEqual(['A 203.0.113.7']);
    expect(fake.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(1);
  });

  it('takes its own out of the proxy again', async () => {
    const { fake, step, run } = await stage();
    fake.add({ type: 'A', name: host, content: '203.0.113.7', proxied: true, ...ours });
    await run(step('203.0.113.7'));
    expect(fake.records).toMatchObject([{ content: '203.0.113.7', proxied: false }]);
  });

  it.each([
    ['A', '198.51.100.9', false, 'leads to 198.51.100.9,'],
    ['AAAA', '2001:db8::9', false, 'leads to 2001:db8::9,'],
    ['CNAME', 'elsewhere.example.net', false, 'leads to elsewhere.example.net,'],
    ['A', '203.0.113.7', true, "through Cloudflare's proxy"],
  ])('leaves an %s record of somebody else alone (%s, proxied: %s)', async (type, content, proxied, said) => {
    const { fake, step, run } = await stage();
    const foreign = fake.add({ type, name: host, content, proxied, comment: 'the old one' });
    const refused = run(step('203.0.113.7'));
    await expect(refused).rejects.toMatchObject({ code: 'ingress.dns' });
    await expect(refused).rejects.toThrow(said);
    expect(fake.records).toEqual([foreign]);
  });

  it('has nothing to do where somebody else has set it right, nor with other kinds of records', async () => {
    const { fake, step, run } = await stage();
    fake.add({ type: 'A', name: host, content: '203.0.113.7' });
    fake.add({ type: 'TXT', name: host, content: 'v=spf1 -all' });
    expect(await run(step('203.0.113.7'))).toMatchObject({ is: 'satisfied' });
    expect(fake.records).toHaveLength(2);
  });
});

describe('absentDnsRecordStep', () => {
  it('removes what is ours, and nothing of anybody else', async () => {
    const { fake, absent, run } = await stage();
    fake.add({ type: 'A', name: host, content: '203.0.113.7', ...ours });
    fake.add({ type: 'A', name: host, content: '203.0.113.9', comment: 'Hardshell i-fedcba9876543210' });
    fake.add({ type: 'A', name: 'b.bots.example.com', content: '203.0.113.7', ...ours });
    expect(await run(absent)).toMatchObject({ is: 'needed' });
    expect(listed(fake)).toEqual(['A 203.0.113.7', 'A 203.0.113.9']);
    expect(await run(absent)).toEqual({ is: 'satisfied', because: 'there are none of ours' });
  });
});
