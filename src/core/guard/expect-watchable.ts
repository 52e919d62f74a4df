import { AppError } from '../../shared/app-error.ts';
import type { Guard } from '../../shared/model/guard.ts';
import type { Instance } from '../../shared/model/instance.ts';

/** A limit that nobody watches would be worse than none. Pure. @throws AppError `guard.unsupported` */
export function expectWatchable(
  guard: Guard,
  { target, ingress }: Pick<Instance, 'target' | 'ingress'>,
  platform: NodeJS.Platform,
): void {
  const isOpen = target.kind !== 'local' && ingress !== undefined && ingress.access.mode !== 'tunnel';
  if (guard.requests !== undefined && !isOpen) {
    throw new AppError('guard.unsupported', {
      message: 'Nothing but a private tunnel leads to this instance, so that no requests from outside can be counted.',
      hint: {
        command: 'Give it an address first: `hardshell ingress NAME --domain claw.example.com`.',
        window: 'Give it an address first, on its Access tab.',
      },
    });
  }
  if (target.kind === 'local' && platform === 'win32' && (guard.cpu !== undefined || guard.memory !== undefined)) {
    throw new AppError('guard.unsupported', {
      message: 'Windows does not say what a gateway takes together with the programs that it has started.',
      hint: 'Limit its restarts or its disk, or deploy it to Docker.',
    });
  }
}
