import { describe, expect, it } from 'vitest';
import { SCHEMA } from '../../../../test/configuration/a-schema.ts';
import { REDACTED } from '../../../shared/model/configuration.ts';
import { describeSetting } from './describe-setting.ts';
import { lintText } from './lint-text.ts';
import type { SchemaNode } from './schema-node.ts';

const lint = (text: string, schema: SchemaNode = SCHEMA): string[] =>
  lintText(text, schema).map(({ from, to, path, message }) => `${path} <${text.slice(from, to)}> ${message}`);

describe('a text beside its schema', () => {
  it('is silent where everything fits', () => {
    expect(
      lint(`{
        // mine
        gateway: { port: 18789, mode: 'local' }, agents: { model: { primary: 'a/b' }, list: [{ id: 'x' }] },
        channels: { telegram: { enabled: true, kind: 'bot', botToken: { source: 'env' } } },
      }`),
    ).toEqual([]);
  });

  it('says what is wrong, and where', () => {
    expect(lint("{ gateway: { port: '1', mode: 'lokal' }, logging: { level: 'loud' } }")).toEqual([
      "gateway.port <'1'> It has to be a whole number.",
      'gateway.mode <\'lokal\'> It has to be "local" or "remote".',
      'logging.level <\'loud\'> It has to be "info" or "debug".',
    ]);
    expect(lint('{ gateway: { port: 0, "prot": 1 }, whatever: 1 }')).toEqual([
      'gateway.port <0> At least 1.',
      'gateway.prot <"prot"> OpenClaw knows no such setting here. Is it “port”?',
      'whatever <whatever> OpenClaw knows no such setting here.',
    ]);
    expect(lint('{ agents: { list: [{ id: "x" }, {}, { id: "" }] } }')).toEqual([
      'agents.list.1 <{}> “id” is missing.',
      'agents.list.2.id <""> It must not be empty.',
    ]);
  });

  it('of several forms judges by the one that was meant', () => {
    expect(lint('{ agents: { model: { primary: 3 } } }')).toEqual(['agents.model.primary <3> It has to be a text.']);
    expect(lint('{ agents: { model: 3 } }')).toEqual(['agents.model <3> It has to be a text or settings in { }.']);
  });

  it('leaves alone what it cannot judge', () => {
    const channel = (more: string): string => `{ channels: { x: { kind: "bot", ${more} } } }`;
    expect(lint(channel(`botToken: "${REDACTED}", enabled: "${REDACTED}"`))).toEqual([]);
    expect(lint(channel('enabled: "${ENABLED}"'))).toEqual([]);
    expect(lint('{ channels: { x: { $include: "./x.json5" } } }')).toEqual([]);
    // a pattern that would take for ever over this
    expect(lint(channel(`slow: "${'a'.repeat(60)}!"`))).toEqual([]);
    expect(lint(channel('"kind": "B"'))).toEqual(['channels.x.kind <"B"> A text of another form is expected here.']);
  });

  it('does not ask for what has a default', () => {
    expect(lint('{ channels: { x: {} } }')).toEqual(['channels.x <{}> “kind” is missing.']);
  });

  it('calls an unknown name doubtful, because OpenClaw may know it by an older one', () => {
    expect(lintText('{ loging: {} }', SCHEMA)).toMatchObject([{ severity: 'warning' }]);
    expect(lintText('{ logging: 1 }', SCHEMA)).toMatchObject([{ severity: 'error' }]);
  });

  it('is looked at for its form alone where nobody knows the schema', () => {
    expect(lintText('{ whatever: 1 }', undefined)).toEqual([]);
    expect(lintText('{\n  a: 1,\n  b }', undefined)).toEqual([
      { from: 14, to: 15, path: '', message: 'It cannot be read from here on.', severity: 'error' },
    ]);
    expect(lintText('', SCHEMA)).toMatchObject([{ from: 0, to: 0 }]);
  });

  it('bears a schema that means ill', () => {
    const loop: SchemaNode = { $ref: '#/definitions/a', definitions: { a: { $ref: '#/definitions/a' } } };
    expect(lint('{ a: 1 }', loop)).toEqual([]);
    const wide = { anyOf: Array.from({ length: 20 }, () => ({ $ref: '#' })) };
    expect(() => lint('{ a: { a: { a: 1 } } }', wide)).not.toThrow();
    // Patterns that are none, or none where letters beyond the first 65536 count.
    const patterned = { properties: { a: { type: 'string', pattern: String.raw`^\_x$` } } };
    expect(lint("{ a: 'b' }", patterned)).toEqual([]);
    expect(lint('{ a: 1 }', { type: 7, properties: [], required: 'a', enum: null, items: 3 })).toEqual([]);
  });
});

describe('a setting', () => {
  it('is told with what may stand in it', () => {
    expect(describeSetting(SCHEMA, ['gateway', 'port'])).toEqual({
      title: 'Gateway Port',
      types: ['integer'],
      values: [],
      minimum: 1,
      maximum: 65_535,
      restarts: true,
      members: [],
    });
    expect(describeSetting(SCHEMA, ['gateway'])?.members).toEqual([
      { name: 'port', title: 'Gateway Port', types: ['integer'], values: [] },
      { name: 'mode', types: ['string'], values: ['local', 'remote'] },
    ]);
    expect(describeSetting(SCHEMA, ['channels', 'x', 'enabled'])?.values).toEqual([true, false]);
    expect(describeSetting(SCHEMA, ['channels', 'x', 'botToken', 'source'])?.values).toEqual(['env']);
    expect(describeSetting(SCHEMA, ['agents', 'list', '0', 'id'])?.types).toEqual(['string']);
    expect(describeSetting(SCHEMA, ['logging', 'nothing'])).toBeUndefined();
  });
});
