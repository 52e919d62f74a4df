import { en } from './en.ts';
import { enInstance } from './en-instance.ts';
import { enRun } from './en-run.ts';
import { enTools } from './en-tools.ts';
import { enWizard } from './en-wizard.ts';

/** Every text that a person reads. */
export const text = { ...en, wizard: enWizard, run: enRun, instance: enInstance, ...enTools };
