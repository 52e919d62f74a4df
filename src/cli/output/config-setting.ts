import type { ConfigMember, ConfigSetting } from '../../shared/model/config-schema.ts';
import { bold, dim, type Line } from './line.ts';

/** What a setting is, what it takes, and what may stand in it. Pure. @param path empty: the whole document */
export function formatConfigSetting(path: string, setting: ConfigSetting): Line[] {
  const { title, description, restarts, members, minimum, maximum, maxLength } = setting;
  const range = [
    ...(minimum === undefined ? [] : [`at least ${String(minimum)}`]),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`at most ${String(maximum)}`]),
    ...(maxLength === undefined ? [] : [`at most ${String(maxLength)} characters`]),
  ];
  const about = description ?? title;
  const width = Math.max(...members.map(({ name }) => name.length), 0);
  return [
    ...(path === '' ? [] : [[bold(path)] satisfies Line]),
    ...(about === undefined ? [] : [[`  ${about}`] satisfies Line]),
    ...(path === '' ? [] : [[dim(`  ${[sayForm(setting), ...range].join(', ')}`)] satisfies Line]),
    ...(restarts ? [[dim('  The gateway restarts for it.')] satisfies Line] : []),
    ...members.map((member): Line => [`  ${member.name.padEnd(width)}`, dim(`  ${sayForm(member)}`)]),
  ];
}

const MOST_VALUES = 8;

function sayForm({ types, values }: Pick<ConfigMember, 'types' | 'values'>): string {
  if (values.length === 0 || types.includes('object')) return types.join(' or ');
  const shown = values.slice(0, MOST_VALUES).map((value) => JSON.stringify(value));
  return [...shown, ...(values.length > MOST_VALUES ? ['…'] : [])].join(', ');
}
