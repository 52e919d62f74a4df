import { describe, expect, it } from 'vitest';
import { createFakeIo } from '../../../test/cli/fake-io.ts';
import { showTerminal } from '../../../test/cli/mini-terminal.ts';
import { openScreen } from './screen.ts';

describe('the screen', () => {
  it('redraws in place and leaves what was printed', () => {
    const io = createFakeIo({ tty: true, columns: 40 });
    const screen = openScreen(io);
    screen.draw([['first'], ['second']]);
    screen.draw([['first, later'], ['x'], ['third']]);
    screen.out.print(['printed']);
    screen.err.print(['complained']);
    screen.draw([['last']], [['kept']]);
    expect(showTerminal(io.written.both, 40)).toEqual({
      lines: ['printed', 'complained', 'kept', 'last'],
      cursorHidden: true,
    });
    screen[Symbol.dispose]();
    expect(showTerminal(io.written.both, 40)).toEqual({
      lines: ['printed', 'complained', 'kept', ''],
      cursorHidden: false,
    });
    expect(io.listeners).toBe(0);
  });

  it('cuts what it redraws, so that a long line does not break', () => {
    const io = createFakeIo({ tty: true, columns: 20 });
    const screen = openScreen(io);
    for (let count = 0; count < 3; count += 1)
      screen.draw([['a line that is longer than the terminal'], ['家のロボット家のロボット']]);
    expect(showTerminal(io.written.out, 20).lines).toEqual(['a line that is lon…', '家のロボット家のロ…']);
  });

  it('finds its lines again when the terminal became narrower and has broken them', () => {
    const io = createFakeIo({ tty: true, columns: 40 });
    const screen = openScreen(io);
    screen.out.print(['kept']);
    screen.draw([['x'.repeat(35)], ['y'.repeat(5)]]);
    // The terminal shows 35 columns in two rows of 20 now; what is written next is seen at that width.
    const before = ['kept', 'x'.repeat(20), 'x'.repeat(15), 'yyyyy'].join('\n');
    const start = io.written.out.length;
    io.resize(20);
    const { lines } = showTerminal(before + io.written.out.slice(start), 20);
    expect(lines).toEqual(['kept', `${'x'.repeat(18)}…`, 'yyyyy']);
  });

  it('draws no more rows than the terminal has', () => {
    const io = createFakeIo({ tty: true, columns: 20, rows: 3 });
    openScreen(io).draw([['1'], ['2'], ['3'], ['4']]);
    expect(showTerminal(io.written.out, 20).lines).toEqual(['3', '4']);
  });

  it.each([
    ['a pipe', { tty: false }],
    ['NO_COLOR', { tty: true, env: { NO_COLOR: '1' } }],
    ['CI', { tty: true, env: { CI: 'true' } }],
    ['a dumb terminal', { tty: true, env: { TERM: 'dumb' } }],
  ])('redraws nothing with %s', (_, options) => {
    const io = createFakeIo(options);
    const screen = openScreen(io);
    screen.draw([['drawn']], [['kept']]);
    screen[Symbol.dispose]();
    expect(io.written.out).toBe('kept\n');
  });
});
