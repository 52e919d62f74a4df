import { isDeepStrictEqual } from 'node:util';
import { findPatternFault } from '../../../shared/log-pattern.ts';
import { MOST_FAULTS } from '../../../shared/model/config-schema.ts';
import { REDACTED } from '../../../shared/model/configuration.ts';
import { isConfigObject } from '../../openclaw/config-document.ts';
import { asNode, asNodes, asNumber, followReference, readOwn, type SchemaNode } from './schema-node.ts';
import { sayForm, sayValues, suggest } from './fault-words.ts';

export interface ValueFault {
  readonly path: readonly string[];
  readonly message: string;
  /** The name is wrong, and not what it holds. */
  readonly isName?: boolean;
}

/** A schema of a gateway that means ill, or has gone wrong, costs this much and no more. */
const MOST_VISITS = 200_000;
const LONGEST_MATCHED = 1_000;

/** What OpenClaw puts something else in the place of before it judges. */
const VARIABLE = /\$\{[A-Z_][A-Z0-9_]*\}/;
const INCLUDE = '$include';

/**
 * What a schema does not accept in a value, in words for who typed it. It is advice: what decides is OpenClaw. What cannot be judged
 * (a hidden secret, a variable, a pattern that could take for ever) is left alone. Pure.
 */
export function checkValue(root: SchemaNode, value: unknown): ValueFault[] {
  let visits = 0;

  const check = (given: unknown, held: unknown, path: readonly string[]): ValueFault[] => {
    visits += 1;
    if (visits > MOST_VISITS || given === true) return [];
    if (given === false) return [{ path, message: 'Nothing is accepted here.' }];
    if (held === REDACTED || (typeof held === 'string' && VARIABLE.test(held))) return [];
    if (isConfigObject(held) && Object.hasOwn(held, INCLUDE)) return [];
    const start = asNode(given);
    if (start === undefined) return [];
    const node = followReference(root, start);
    const wrong = checkForm(node, held);
    if (wrong !== undefined) return [{ path, message: wrong }];
    const faults = [
      ...asNodes(node['allOf']).flatMap((form) => check(form, held, path)),
      ...checkChoice([...asNodes(node['anyOf'])], held, path),
      ...checkChoice([...asNodes(node['oneOf'])], held, path),
      ...checkCondition(node, held, path),
    ];
    if (isConfigObject(held)) faults.push(...checkMembers(node, held, path));
    if (Array.isArray(held)) faults.push(...checkElements(node, held, path));
    return faults;
  };

  const checkChoice = (forms: readonly SchemaNode[], held: unknown, path: readonly string[]): ValueFault[] => {
    if (forms.length === 0) return [];
    const results: { readonly form: SchemaNode; readonly faults: ValueFault[] }[] = [];
    for (const form of forms) {
      const faults = check(form, held, path);
      if (faults.length === 0) return [];
      results.push({ form: followReference(root, form), faults });
    }
    // Of a form that it tries to have, what is wrong is said; a form of another kind says nothing to who typed this.
    const near = results.filter(({ faults }) => faults.every((fault) => fault.path.length > path.length));
    const isDecided = near.filter(({ faults }) => !faults.some(({ message }) => message.startsWith(ONE_VALUE)));
    const [best] = (isDecided.length > 0 ? isDecided : near).sort((a, b) => a.faults.length - b.faults.length);
    if (best !== undefined) return best.faults;
    const own = results.flatMap(({ faults }) => faults).filter((fault) => fault.path.length === path.length);
    const said = [...new Set(own.map(({ message }) => message))];
    const values = results.flatMap(({ form }) => listValues(form));
    if (values.length > 0 && results.every(({ form }) => listValues(form).length > 0))
      return [{ path, message: sayValues(values) }];
    const ofType = results.filter(({ form }) => hasType(form, held)).flatMap(({ faults }) => faults);
    const [first] = ofType;
    if (first !== undefined && ofType.length < results.length) return [first];
    const types = [...new Set(results.flatMap(({ form }) => listTypes(form)))];
    return [{ path, message: said.length === 1 || types.length === 0 ? (said[0] ?? 'Not accepted.') : sayForm(types) }];
  };

  const checkCondition = (node: SchemaNode, held: unknown, path: readonly string[]): ValueFault[] => {
    if (asNode(node['not']) !== undefined && check(node['not'], held, path).length === 0)
      return [{ path, message: 'This is not accepted here.' }];
    if (asNode(node['if']) === undefined) return [];
    const branch = check(node['if'], held, path).length === 0 ? node['then'] : node['else'];
    return branch === undefined ? [] : check(branch, held, path);
  };

  const checkMembers = (
    node: SchemaNode,
    held: Readonly<Record<string, unknown>>,
    path: readonly string[],
  ): ValueFault[] => {
    const known = asNode(node['properties']) ?? {};
    const faults: ValueFault[] = [];
    for (const name of Array.isArray(node['required']) ? node['required'] : [])
      // OpenClaw fills in what has a default before it asks what is missing
      if (
        typeof name === 'string' &&
        !Object.hasOwn(held, name) &&
        !('default' in (asNode(readOwn(known, name)) ?? {}))
      )
        faults.push({ path, message: `“${name}” is missing.` });
    for (const [name, inner] of Object.entries(held)) {
      const at = [...path, name];
      const own = readOwn(known, name);
      const free = node['additionalProperties'];
      if (own !== undefined) faults.push(...check(own, inner, at));
      else if (asNode(node['patternProperties']) !== undefined) continue;
      else if (free === false) faults.push({ path: at, message: suggest(name, Object.keys(known)), isName: true });
      else if (free !== undefined) faults.push(...check(free, inner, at));
      const ofName = node['propertyNames'];
      if (ofName !== undefined && check(ofName, name, at).length > 0)
        faults.push({ path: at, message: 'A name of another form is expected here.', isName: true });
    }
    return faults;
  };

  const checkElements = (node: SchemaNode, held: readonly unknown[], path: readonly string[]): ValueFault[] =>
    held.flatMap((inner, index) => {
      const { items } = node;
      const form: unknown = Array.isArray(items) ? (items[index] ?? node['additionalItems']) : items;
      return form === undefined ? [] : check(form, inner, [...path, String(index)]);
    });

  const found = check(root, value, []);
  return found
    .filter((fault, index) => found.findIndex((other) => isDeepStrictEqual(other, fault)) === index)
    .slice(0, MOST_FAULTS);
}

const ONE_VALUE = 'It has to be ';

/** What is wrong with the value itself, whatever is in it. */
function checkForm(node: SchemaNode, held: unknown): string | undefined {
  const types = listTypes(node);
  if (types.length > 0 && !hasType(node, held)) return sayForm(types);
  if ('const' in node && !isDeepStrictEqual(node['const'], held)) return sayValues([node['const']]);
  const { enum: values } = node;
  if (Array.isArray(values) && !values.some((one) => isDeepStrictEqual(one, held))) return sayValues(values);
  if (typeof held === 'number') return checkNumber(node, held);
  if (typeof held === 'string') return checkText(node, held);
  if (Array.isArray(held)) return checkSize(node, held.length, 'Items', held);
  return isConfigObject(held) ? checkSize(node, Object.keys(held).length, 'Properties') : undefined;
}

function checkNumber(node: SchemaNode, held: number): string | undefined {
  const least = asNumber(node['minimum']);
  const most = asNumber(node['maximum']);
  const above = asNumber(node['exclusiveMinimum']);
  const below = asNumber(node['exclusiveMaximum']);
  if (least !== undefined && held < least) return `At least ${String(least)}.`;
  if (most !== undefined && held > most) return `At most ${String(most)}.`;
  if (above !== undefined && held <= above) return `More than ${String(above)}.`;
  return below !== undefined && held >= below ? `Less than ${String(below)}.` : undefined;
}

function checkText(node: SchemaNode, held: string): string | undefined {
  const least = asNumber(node['minLength']);
  const most = asNumber(node['maxLength']);
  if (least !== undefined && held.length < least)
    return held === '' ? 'It must not be empty.' : `At least ${String(least)} characters.`;
  if (most !== undefined && held.length > most) return `At most ${String(most)} characters.`;
  const { pattern } = node;
  if (typeof pattern !== 'string' || held.length > LONGEST_MATCHED) return undefined;
  if (findPatternFault(`/${pattern}/`) !== undefined) return undefined;
  return isMatch(pattern, held) === false ? 'A text of another form is expected here.' : undefined;
}

/** Nothing is said by a pattern that is one only in another dialect. */
function isMatch(pattern: string, held: string): boolean | undefined {
  try {
    return new RegExp(pattern, 'u').test(held);
  } catch {
    return undefined;
  }
}

function checkSize(
  node: SchemaNode,
  size: number,
  of: 'Items' | 'Properties',
  held?: readonly unknown[],
): string | undefined {
  const least = asNumber(node[`min${of}`]);
  const most = asNumber(node[`max${of}`]);
  if (least !== undefined && size < least) return `At least ${String(least)} of them.`;
  if (most !== undefined && size > most) return `At most ${String(most)} of them.`;
  if (held === undefined || node['uniqueItems'] !== true || size > 100) return undefined;
  const isTwice = held.some((one, index) => held.slice(0, index).some((other) => isDeepStrictEqual(one, other)));
  return isTwice ? 'One of them is there twice.' : undefined;
}

function listTypes(node: SchemaNode): string[] {
  const { type } = node;
  return (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string');
}

function listValues(node: SchemaNode): unknown[] {
  if ('const' in node) return [node['const']];
  return Array.isArray(node['enum']) ? (node['enum'] as unknown[]) : [];
}

function hasType(node: SchemaNode, held: unknown): boolean {
  const types = listTypes(node);
  return types.length === 0 || types.some((type) => isOfType(type, held));
}

function isOfType(type: string, held: unknown): boolean {
  switch (type) {
    case 'object':
      return isConfigObject(held);
    case 'array':
      return Array.isArray(held);
    case 'null':
      return held === null;
    case 'integer':
      return Number.isInteger(held);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof held === type;
    // a type that draft 7 does not have
    default:
      return true;
  }
}
