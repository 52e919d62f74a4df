import { expect, it } from 'vitest';
import type { Ingress } from '../../../shared/model/ingress.ts';
import { createFakeHost } from '../../host/fake/fake-host.ts';
import { formatCommand } from '../../host/command.ts';
import { serverLayout } from '../../openclaw/server-layout.ts';
import type { ApplyContext } from '../step.ts';
import { isNarrower, visitorsEndedStep } from './visitors-ended.ts';

const open = (allow?: string[]): Ingress => ({
  access: { mode: 'domain', host: 'claw.example.com' },
  limits: allow === undefined ? {} : { allow },
});
const tunnel: Ingress = { access: { mode: 'tunnel' }, limits: {} };

it.each([
  ['was closed', tunnel, open([]), false],
  ['is new', undefined, open(['192.0.2.0/24']), false],
  ['gets a list', open(), open(['192.0.2.0/24']), true],
  ['gets a shorter list', open(['192.0.2.0/24', '198.51.100.7']), open(['192.0.2.0/24']), true],
  ['gets a longer list', open(['192.0.2.0/24']), open(['198.51.100.7', '192.0.2.0/24']), false],
  ['loses its list', open(['192.0.2.0/24']), open(), false],
  ['stays', open(['192.0.2.0/24']), open(['192.0.2.0/24']), false],
])('a way that %s', (_what, former, wanted, expected) => {
  expect(isNarrower(former, wanted)).toBe(expected);
});

it('restarts the gateway where visitors are connected, once', async () => {
  await using host = createFakeHost();
  host.on(/startupz/, { stdout: '{"state":"ready","atMs":1}\n' });
  let count: number | undefined = 2;
  const changes: string[] = [];
  const context = {
    read: () => Promise.resolve(count),
    changeOk: (_doing: string, command: Parameters<typeof formatCommand>[0]) =>
      Promise.resolve(changes.push(formatCommand(command))),
    host,
    signal: new AbortController().signal,
    note: () => undefined,
  } as unknown as ApplyContext;
  const step = visitorsEndedStep({ layout: serverLayout, port: 18_789 });
  expect(await step.check(context)).toMatchObject({
    is: 'needed',
    severity: 'restart',
    because: '2 connections of visitors are open',
  });
  await step.apply(context);
  expect(changes).toHaveLength(1);
  expect(changes[0]).toContain('openclaw-gateway.service');
  // Those who may still come are there again.
  expect(await step.check(context)).toMatchObject({ is: 'satisfied' });
  count = undefined;
  expect(await visitorsEndedStep({ layout: serverLayout, port: 18_789 }).check(context)).toMatchObject({
    is: 'needed',
  });
  count = 0;
  expect(await visitorsEndedStep({ layout: serverLayout, port: 18_789 }).check(context)).toMatchObject({
    is: 'satisfied',
    because: 'no visitor is connected',
  });
});
