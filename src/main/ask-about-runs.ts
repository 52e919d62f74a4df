import { dialog, type BrowserWindow } from 'electron';
import { texts } from './text.ts';

type Answer = 'tray' | 'quit' | 'stay';

const answers: readonly Answer[] = ['tray', 'quit', 'stay'];

/** Asked when the window is closed, or the program is to end, while runs go on. */
export async function askAboutRuns(goingOn: number, over: BrowserWindow | undefined): Promise<Answer> {
  const question = {
    type: 'question' as const,
    message: texts.runGoesOn(goingOn),
    detail: texts.runGoesOnDetail,
    buttons: [texts.goOnInTray, texts.quitAnyway, texts.keepOpen],
    defaultId: answers.indexOf('tray'),
    cancelId: answers.indexOf('stay'),
    noLink: true,
  };
  const { response } = await (over === undefined
    ? dialog.showMessageBox(question)
    : dialog.showMessageBox(over, question));
  return answers[response] ?? 'stay';
}
