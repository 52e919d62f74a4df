/** What is to be written where a person says. */
export interface FileToSave {
  readonly name: string;
  readonly content: string | Uint8Array;
}

interface Question {
  readonly file: FileToSave;
  readonly answer: Promise<boolean>;
}

/**
 * One question at a time, each about its own file: a second one waits for its turn. Who asks for the same file again, by a second
 * click, gets the same answer.
 */
export function createSaveQuestions<T extends FileToSave>(
  ask: (file: T) => Promise<boolean>,
): (file: T) => Promise<boolean> {
  let open: readonly Question[] = [];
  return (file) => {
    const known = open.find((question) => isSame(question.file, file));
    if (known !== undefined) return known.answer;
    // What became of the file before is no matter of this one.
    const before = Promise.allSettled(open.map(({ answer }) => answer));
    const question: Question = {
      file,
      answer: before.then(() => ask(file)).finally(() => (open = open.filter((one) => one !== question))),
    };
    open = [...open, question];
    return question.answer;
  };
}

function isSame(one: FileToSave, other: FileToSave): boolean {
  return one.name === other.name && Buffer.from(one.content).equals(Buffer.from(other.content));
}
