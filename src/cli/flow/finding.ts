import { AppError } from '../../shared/app-error.ts';
import { isSameName } from '../../shared/model/ids.ts';
import type { Instance } from '../../shared/model/instance.ts';
import type { Core } from '../../core/index.ts';
import { closest } from './closest.ts';

/** @throws AppError `instance.unknown`, with the name that was probably meant */
export async function findInstance(core: Core, name: string): Promise<Instance> {
  const instances = await core.instances.list();
  const found = instances.find((instance) => isSameName(instance.name, name));
  if (found !== undefined) return found;
  const meant = closest(
    name,
    instances.map((instance) => instance.name),
  );
  throw new AppError('instance.unknown', {
    message: `There is no instance named ${name}.`,
    ...(meant === undefined ? {} : { hint: `Did you mean ${meant}? \`hardshell list\` shows what there is.` }),
  });
}
