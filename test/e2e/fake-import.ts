import type { CallName, CallOutput, CallRequest } from '../../src/shared/contract/contract.ts';
import type { FoundInstallView } from '../../src/shared/contract/import.ts';
import { needed } from '../../src/shared/model/run.ts';
import { adoptedContainer } from './fake-data.ts';
import { runs } from './fake-runs.ts';

type ImportCall = Extract<CallName, `import.${string}`>;
type Handlers = { readonly [N in ImportCall]: (input: CallRequest<N>) => CallOutput<N> };

const found: readonly FoundInstallView[] = [
  {
    id: 'c-0123456789ab',
    kind: 'container',
    title: 'openclaw-openclaw-gateway-1',
    version: '2026.9.6',
    port: 18789,
    stateDir: '/home/node/.openclaw',
    token: 'environment',
  },
  { id: 'c-ba9876543210', kind: 'container', title: 'openclaw-lab-01234567', ours: 'lab' },
  {
    id: 'c-cccccccccccc',
    kind: 'container',
    title: 'claw-of-the-old-days-with-a-name-that-nobody-would-give-to-a-container',
    problem: {
      code: 'import.stopped',
      message: 'The container does not run (exited), and what does not run cannot be looked at.',
      hint: 'Start it the way it was started before, then look again.',
      retry: true,
    },
  },
  {
    id: 's-anna:openclaw-gateway',
    kind: 'service',
    title: 'anna',
    version: '2026.9.5',
    port: 18790,
    stateDir: '/home/anna/.openclaw',
    token: 'none',
    problem: {
      code: 'import.no-auth',
      message: 'Its gateway lets everybody in who reaches it.',
      hint: 'Adopt it with a token.',
      retry: false,
    },
  },
];

export function createFakeImport(query: URLSearchParams): Handlers {
  const runId = runs[0]?.runId as CallOutput<'import.start'>['runId'];
  return {
    'import.look': () => (query.get('look') === 'none' ? [] : [...found]),
    'import.preview': ({ name }) => ({
      previewId: runId,
      instance: { ...adoptedContainer, name },
      findings: [
        {
          id: 'found',
          title: 'What was found',
          level: 'ok',
          because:
            'The container openclaw-openclaw-gateway-1 runs OpenClaw 2026.9.6 at port 18789; its state lies in /srv/openclaw/config.',
        },
        {
          id: 'untouched',
          title: 'What is changed there',
          level: 'ok',
          because: 'Nothing of the container, its image and its configuration. Its token is kept here.',
        },
        {
          id: 'cannot',
          title: 'What cannot be done',
          level: 'warn',
          because: 'An adopted instance stays as it was set up, so it cannot be updated from here.',
        },
      ],
      steps: [
        {
          id: 'token',
          title: 'Keep its gateway token in the secret store',
          stage: 0,
          check: needed('its token is not in the secret store yet'),
        },
        {
          id: 'gateway',
          title: 'Sign in to it, and be approved as a device of it',
          stage: 1,
          check: needed('the gateway does not answer as it should'),
        },
      ],
    }),
    'import.start': () => ({ runId }),
  };
}
