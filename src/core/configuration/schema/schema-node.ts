import { isConfigObject } from '../../openclaw/config-document.ts';

/** One place of a JSON Schema (draft 7). It comes from a gateway: nothing in it is believed to have its right type. */
export type SchemaNode = Readonly<Record<string, unknown>>;

export const asNode = (value: unknown): SchemaNode | undefined => (isConfigObject(value) ? value : undefined);
export const asNodes = (value: unknown): SchemaNode[] =>
  Array.isArray(value) ? value.map(asNode).filter((node) => node !== undefined) : [];
export const asNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

export function readOwn(node: SchemaNode, name: string): unknown {
  return Object.hasOwn(node, name) ? node[name] : undefined;
}

/** A reference may lead to another one, but not for ever. */
const MOST_REFERENCES = 10;

/** What `$ref` leads to inside of the same document; the node itself where there is none. Pure. */
export function followReference(root: SchemaNode, node: SchemaNode): SchemaNode {
  let now = node;
  for (let count = 0; count < MOST_REFERENCES; count += 1) {
    const reference = now['$ref'];
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return now;
    const found = reference
      .slice(2)
      .split('/')
      .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((inner, name) => {
        const holder = asNode(inner);
        return holder === undefined ? undefined : readOwn(holder, name);
      }, root);
    const next = asNode(found);
    if (next === undefined) return now;
    now = next;
  }
  return {};
}

/** How far choices inside of choices are looked into. */
const MOST_DEPTH = 8;

/** Every form that a value may take, as far as they are written down. Pure. */
export function listForms(root: SchemaNode, node: SchemaNode, depth = 0): SchemaNode[] {
  const now = followReference(root, node);
  if (depth > MOST_DEPTH) return [now];
  const inner = [...asNodes(now['anyOf']), ...asNodes(now['oneOf']), ...asNodes(now['allOf'])];
  return [now, ...inner.flatMap((form) => listForms(root, form, depth + 1))];
}

/** What stands for a member of an object or an element of a list. Undefined: nothing is known of it. Pure. */
export function listMemberForms(root: SchemaNode, forms: readonly SchemaNode[], name: string): SchemaNode[] {
  const found = forms.flatMap((form) => {
    const named = asNode(form['properties']);
    const own = named === undefined ? undefined : asNode(readOwn(named, name));
    if (own !== undefined) return [own];
    const free = asNode(form['additionalProperties']);
    if (free !== undefined) return [free];
    if (!/^\d+$/.test(name)) return [];
    const items = Array.isArray(form['items']) ? asNodes(form['items'])[Number(name)] : asNode(form['items']);
    return items === undefined ? [] : [items];
  });
  return found.flatMap((form) => listForms(root, form));
}
