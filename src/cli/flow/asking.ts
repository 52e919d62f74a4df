import { AppError } from '../../shared/app-error.ts';
import { bold, dim } from '../output/line.ts';
import type { Session } from '../session.ts';
import { texts } from '../text.ts';

/** Whether a plan can be shown to somebody who then says yes or no. */
export function canConfirm(session: Session): boolean {
  return session.canAsk() && session.io.isTty.stdout;
}

/** Asked before anything else is done, so that a script fails at once and not after a minute. @throws AppError `usage.invalid` */
export function requireConfirmation(
  session: Session,
  options: { readonly yes: boolean; readonly dryRun: boolean },
): void {
  if (!options.yes && !options.dryRun && !canConfirm(session)) throw new AppError('usage.invalid', texts.needsYes);
}

/** As above, for what is asked without a plan. @throws AppError `usage.invalid` */
export function requireAnswer(session: Session, yes: boolean): void {
  if (!yes && !canConfirm(session)) throw new AppError('usage.invalid', texts.needsYesAtOnce);
}

/** A yes-or-no question; an empty answer takes the default, anything unclear is asked again. */
export async function confirm(
  { screen, prompter, signal }: Session,
  question: string,
  byDefault: boolean,
): Promise<boolean> {
  for (;;) {
    screen.writeQuestion([bold(question), dim(byDefault ? ' [Y/n]' : ' [y/N]')]);
    const answer = (await prompter.readLine(signal)).toLowerCase();
    if (answer === '') return byDefault;
    if (answer === 'y' || answer === 'yes') return true;
    if (answer === 'n' || answer === 'no') return false;
  }
}
