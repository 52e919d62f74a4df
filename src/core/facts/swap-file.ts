import { queryScript } from '../host/command.ts';
import { parseCount, parseKeyValues, unreadable } from './answer.ts';
import { fact, type Fact } from './fact.ts';

export interface SwapFile {
  readonly file:
    | { readonly is: 'missing' }
    | { readonly is: 'swap'; readonly sizeBytes: number }
    /** Something else of that name: not ours to touch. */
    | { readonly is: 'other' };
  /** The kernel uses it. */
  readonly isActive: boolean;
  /** It will be used after a restart of the machine. */
  readonly isInFstab: boolean;
}

/* What mkswap writes stands at the end of the first page, whose size depends on the kernel. $1 path */
export const SWAP_SHELL = `is_swap() {
  [ -f "$1" ] && [ ! -L "$1" ] || return 1
  page=$(getconf PAGESIZE 2>/dev/null) || page=4096
  [ "$(dd if="$1" bs=1 skip=$((page - 10)) count=10 2>/dev/null | tr -d '\\0')" = SWAPSPACE2 ]
}
is_active() { while read -r name rest; do [ "$name" != "$1" ] || return 0; done </proc/swaps; return 1; }
in_fstab() {
  while read -r device mount type rest; do [ "$device $type" != "$1 swap" ] || return 0; done </etc/fstab
  return 1
} 2>/dev/null`;

const SCRIPT = `${SWAP_SHELL}
if is_swap "$1"; then echo file=swap; echo "size=$(stat -c %s "$1")"
elif [ -e "$1" ] || [ -L "$1" ]; then echo file=other
else echo file=missing
fi
! is_active "$1" || echo active=yes
! in_fstab "$1" || echo fstab=yes`;

export function swapFileFact(path: string): Fact<SwapFile> {
  return fact(`swap-file ${path}`, queryScript(SCRIPT, [path], { runAs: 'root' }), (result) => {
    const swapFile = parseSwapFile(result.stdout);
    if (swapFile === undefined) throw unreadable('its swap', result);
    return swapFile;
  });
}

/** Pure. */
export function parseSwapFile(text: string): SwapFile | undefined {
  const values = parseKeyValues(text);
  const is = values.get('file');
  const more = { isActive: values.has('active'), isInFstab: values.has('fstab') };
  if (is === 'swap') return { file: { is, sizeBytes: parseCount(values.get('size')) ?? 0 }, ...more };
  return is === 'missing' || is === 'other' ? { file: { is }, ...more } : undefined;
}
