import { AppError } from '../../shared/app-error.ts';
import { adoptedCannot, type AdoptedCannot } from '../../shared/model/adoption.ts';
import type { Instance } from '../../shared/model/instance.ts';

/** @throws AppError `instance.adopted-cannot` */
export function expectOwn({ name, adopted }: Pick<Instance, 'name' | 'adopted'>, what: AdoptedCannot): void {
  if (adopted === undefined) return;
  throw new AppError('instance.adopted-cannot', {
    message: `${name} was adopted, and cannot be ${adoptedCannot[what]}.`,
    details: { what },
  });
}
