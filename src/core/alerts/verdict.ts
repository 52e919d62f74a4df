import { MOST_ABOUT, type AlertLevel } from '../../shared/model/alert.ts';

/**
 * What a rule says of one kind of alert. `gone`: there is nothing to judge any more, which is no good news either. Where nothing is
 * known there is no verdict, and what was so stays so.
 */
export type Verdict =
  | {
      readonly is: 'on';
      readonly level: AlertLevel;
      readonly because: string;
      /** Of what a person wants to know of each, which ones they are: another opening, another version. */
      readonly about?: readonly string[];
    }
  | { readonly is: 'off' }
  | { readonly is: 'gone' };

export const off: Verdict = { is: 'off' };
export const gone: Verdict = { is: 'gone' };
export const on = (level: AlertLevel, because: string, about?: readonly string[]): Verdict => ({
  is: 'on',
  level,
  because: because.slice(0, 500),
  ...(about === undefined ? {} : { about: about.slice(0, MOST_ABOUT) }),
});
