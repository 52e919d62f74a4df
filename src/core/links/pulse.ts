/** A pause that somebody else can end; who wakes it before it begins has ended it already. */
export class Pulse {
  #isSet = false;
  #end: ((how: 'woken') => void) | undefined;

  wake(): void {
    this.#isSet = true;
    this.#end?.('woken');
  }

  /** Undefined: until it is woken. */
  async pause(timeoutMs?: number): Promise<'woken' | 'over'> {
    let timer: NodeJS.Timeout | undefined;
    const how = await new Promise<'woken' | 'over'>((resolve) => {
      this.#end = resolve;
      if (this.#isSet) resolve('woken');
      else if (timeoutMs !== undefined) timer = setTimeout(() => resolve('over'), timeoutMs);
    });
    clearTimeout(timer);
    this.#end = undefined;
    this.#isSet = false;
    return how;
  }
}
