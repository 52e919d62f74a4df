import { en } from './en.ts';
import { enInstance } from './en-instance.ts';
import { enRun } from './en-run.ts';
import { enTools } from './en-tools.ts';
import { enWizard } from './en-wizard.ts';

/** Every text that a person reads. Another language is another object of this type. */
export const text = { ...en, wizard: enWizard, run: enRun, instance: enInstance, ...enTools };
export type Text = typeof text;
