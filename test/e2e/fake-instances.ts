import type { InstanceView } from '../../src/shared/contract/instance.ts';
import { adoptedContainer, instances } from './fake-data.ts';

/** None, a few, one more that was adopted, or as many as nobody has. */
export function listInstances(query: URLSearchParams): InstanceView[] {
  return query.get('empty') === '1'
    ? []
    : query.get('many') === '1'
      ? Array.from(
          { length: 200 },
          (_, index) =>
            ({
              ...instances[index % 4],
              id: `i-${String(index).padStart(16, '0')}`,
              name: `bot-${String(index + 1)}`,
            }) as (typeof instances)[number],
        )
      : query.get('adopted') === '1'
        ? [adoptedContainer, ...instances]
        : instances;
}
