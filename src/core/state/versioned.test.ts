import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatRecord, parseRecord, type Versioned } from './versioned.ts';

interface Server {
  readonly host: string;
  readonly port: number;
}

/** A third version: 1 called the host `name`, 2 had no port. */
const servers: Versioned<Server> = {
  version: 3,
  schema: z.strictObject({ host: z.string(), port: z.int() }),
  migrations: {
    1: ({ name, ...rest }) => ({ ...rest, host: name }),
    2: (old) => ({ ...old, port: 22 }),
  },
};

describe('a record in a file', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.record({ host: fc.string(), port: fc.integer() }), (value) => {
        expect(parseRecord(formatRecord(value, servers), servers)).toEqual({ is: 'record', value });
      }),
    );
    expect(JSON.parse(formatRecord({ host: 'a', port: 1 }, servers))).toEqual({ v: 3, host: 'a', port: 1 });
  });

  it('of an older version is led through every migration', () => {
    expect(parseRecord('{"v":1,"name":"a"}', servers)).toEqual({ is: 'record', value: { host: 'a', port: 22 } });
    expect(parseRecord('{"v":2,"host":"a"}', servers)).toEqual({ is: 'record', value: { host: 'a', port: 22 } });
  });

  it('of a newer version is known as such, whatever it holds', () => {
    expect(parseRecord('{"v":4,"hosts":[]}', servers)).toEqual({ is: 'newer', version: 4 });
  });

  it.each([
    ['', /empty/],
    ['{"v":3,"host":"a","po', /not JSON/],
    ['[]', /version/],
    ['null', /version/],
    ['{"host":"a","port":1}', /version/],
    ['{"v":0}', /version/],
    ['{"v":3,"host":"a","port":"22"}', /fields.*: port\./],
    ['{"v":3,"host":"a","port":22,"more":1}', /fields/],
    ['{"v":2,"host":7}', /fields.*: host\./],
  ])('that reads %j is corrupt, with a reason', (text, because) => {
    expect(parseRecord(text, servers)).toEqual({ is: 'corrupt', because: expect.stringMatching(because) as string });
  });

  it('whose migration cannot cope with it is corrupt', () => {
    const failing: Versioned<Server> = {
      ...servers,
      migrations: { 2: ({ host }) => ({ host: (host as string).trim() }) },
    };
    expect(parseRecord('{"v":2,"host":7}', failing)).toMatchObject({ is: 'corrupt' });
    expect(parseRecord('{"v":1,"host":"a"}', failing)).toMatchObject({ is: 'corrupt' });
  });

  it('does not show its values in a reason', () => {
    expect(JSON.stringify(parseRecord('{"v":3,"host":"a","port":"hunter2"}', servers))).not.toContain('hunter2');
  });

  it('is never one to be written that could not be read again', () => {
    expect(() => formatRecord({ host: 'a', port: 1.5 }, servers)).toThrow();
  });
});
