import type { z } from 'zod';
import type { ConfigMember, ConfigSetting } from '../../../shared/model/config-schema.ts';
import { isConfigObject } from '../../openclaw/config-document.ts';
import { listRestarts } from '../rules.ts';
import { asNode, asNumber, listForms, listMemberForms, type SchemaNode } from './schema-node.ts';

type Json = z.infer<ReturnType<typeof z.json>>;

const LONGEST_TEXT = 600;
const MOST_VALUES = 60;
const MOST_MEMBERS = 400;
const BOTH = [true, false];

/** What a schema says of one setting, and of what may stand in it. Undefined: it does not know it. Pure. */
export function describeSetting(root: SchemaNode, path: readonly string[]): ConfigSetting | undefined {
  let forms = listForms(root, root);
  for (const name of path) {
    forms = listMemberForms(root, forms, name);
    if (forms.length === 0) return undefined;
  }
  const names = [...new Set(forms.flatMap((form) => Object.keys(asNode(form['properties']) ?? {})))];
  return {
    ...summarise(forms),
    ...find(forms, 'minimum'),
    ...find(forms, 'maximum'),
    ...find(forms, 'maxLength'),
    // of what is in it each setting says so for itself
    restarts: names.length === 0 && listRestarts([{ path: [...path], after: 0, isSecret: false }]).length > 0,
    members: names
      .slice(0, MOST_MEMBERS)
      .map((name): ConfigMember => ({ name, ...summarise(listMemberForms(root, forms, name)) })),
  };
}

function summarise(forms: readonly SchemaNode[]): Pick<ConfigSetting, 'title' | 'description' | 'types' | 'values'> {
  const title = findText(forms, 'title');
  const description = findText(forms, 'description');
  const types = [...new Set(forms.flatMap(({ type }): unknown[] => (Array.isArray(type) ? type : [type])))].filter(
    (type) => typeof type === 'string',
  );
  const values = forms.flatMap((form): unknown[] => {
    if ('const' in form) return [form['const']];
    if (Array.isArray(form['enum'])) return form['enum'] as unknown[];
    return form['type'] === 'boolean' ? BOTH : [];
  });
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    types,
    values: [...new Map(values.filter(isPlain).map((value) => [JSON.stringify(value), value])).values()].slice(
      0,
      MOST_VALUES,
    ),
  };
}

function isPlain(value: unknown): value is Json {
  return !isConfigObject(value) && !Array.isArray(value) && value !== undefined;
}

function findText(forms: readonly SchemaNode[], key: string): string | undefined {
  const found = forms.map((form) => form[key]).find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found.slice(0, LONGEST_TEXT) : undefined;
}

function find<K extends string>(forms: readonly SchemaNode[], key: K): Partial<Record<K, number>> {
  const [first] = forms.flatMap((form) => asNumber(form[key]) ?? []);
  // the shape is that of the one key
  return (first === undefined ? {} : { [key]: first }) as Partial<Record<K, number>>;
}
