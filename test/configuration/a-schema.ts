import type { SchemaNode } from '../../src/core/configuration/schema/schema-node.ts';

const port = { type: 'integer', minimum: 1, maximum: 65_535, title: 'Gateway Port' };
const secret = {
  anyOf: [{ type: 'string' }, { type: 'object', properties: { source: { const: 'env' } }, required: ['source'] }],
};

/** With the turns that the real one has. */
export const SCHEMA: SchemaNode = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: false,
  properties: {
    gateway: {
      type: 'object',
      additionalProperties: false,
      properties: {
        port,
        mode: {
          anyOf: [
            { const: 'local', type: 'string' },
            { const: 'remote', type: 'string' },
          ],
        },
      },
    },
    logging: {
      type: 'object',
      additionalProperties: false,
      properties: { level: { type: 'string', enum: ['info', 'debug'], description: 'How much is written.' } },
    },
    agents: {
      type: 'object',
      properties: {
        model: {
          anyOf: [
            { type: 'string' },
            { type: 'object', additionalProperties: false, properties: { primary: { type: 'string' } } },
          ],
        },
        list: {
          type: 'array',
          items: { type: 'object', required: ['id'], properties: { id: { type: 'string', minLength: 1 } } },
        },
      },
    },
    channels: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['dmPolicy', 'kind'],
        properties: {
          enabled: { type: 'boolean' },
          dmPolicy: { type: 'string', default: 'pairing' },
          kind: { type: 'string', pattern: '^[a-z]+$' },
          slow: { type: 'string', pattern: '^(a+)+$' },
          botToken: { $ref: '#/definitions/secret' },
        },
      },
    },
  },
  definitions: { secret },
};
