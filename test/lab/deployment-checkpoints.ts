import { openFrontDoor, type FrontDoor } from './front-door.ts';
import { docker } from './docker.ts';
import type { NpmProxy } from './npm-proxy.ts';
import { testedOpenClaw } from './openclaw-install.ts';
import { openPerson, type Ended, type HardshellProcess, type Person } from './person.ts';
import { labRunId } from './run.ts';
import { startServer, type LabServer } from './server.ts';

/** The steps of a server's deployment, stage by stage, in the order of the plan. */
export const serverStages = [
  ['claim'],
  ['account', 'node', 'token'],
  ['login-path', 'openclaw'],
  ['config'],
  ['service'],
  ['limits', 'gateway'],
] as const;

export type ServerStep = (typeof serverStages)[number][number];

export function stageOf(step: ServerStep): number {
  return serverStages.findIndex((stage) => (stage as readonly string[]).includes(step));
}

/** A server before one stage of its deployment, with the data folder of the person who deploys. */
export interface DeploymentCheckpoint {
  readonly stage: number;
  /** Undefined: a server as it arrives. */
  readonly image: string | undefined;
}

/** One person who deploys to one address, behind which servers are changed. */
export interface Rehearsal extends AsyncDisposable {
  readonly person: Person;
  readonly door: FrontDoor;
  /** `hardshell deploy … --yes --json` to the server behind the door. */
  startDeploy(server: LabServer, more?: readonly string[]): HardshellProcess;
  deploy(server: LabServer, more?: readonly string[]): Promise<Ended>;
  /** Puts a fresh server behind the door. */
  bootFresh(): Promise<LabServer>;
  /** Stops a deployment before a stage, and keeps server and data folder as they are then. */
  reach(server: LabServer, stage: number): Promise<DeploymentCheckpoint>;
  /** Boots from a checkpoint and brings the data folder back to that moment. */
  boot(checkpoint: DeploymentCheckpoint): Promise<LabServer>;
}

export async function openRehearsal(npm: NpmProxy): Promise<Rehearsal> {
  const door = await openFrontDoor();
  const person = await openPerson({ env: { HARDSHELL_MIRROR_NPM: npm.urlFromServers } });
  const images: string[] = [];

  const receive = async (server: LabServer): Promise<LabServer> => {
    door.leadTo(server);
    await person.know([{ port: door.port, keys: server.hostKeys }]);
    return server;
  };
  const startDeploy: Rehearsal['startDeploy'] = (server, more = []) =>
    person.start(
      ['deploy', 'research', '--to', `ssh://root@127.0.0.1:${door.port}`, '--identity', server.identityFile].concat(
        ['--version', testedOpenClaw, '--yes', '--json'],
        more,
      ),
    );
  return {
    person,
    door,
    startDeploy,
    deploy: (server, more) => startDeploy(server, more).ended,
    bootFresh: async () => receive(await startServer()),
    async reach(server, stage) {
      const names: readonly string[] = serverStages[stage] ?? [];
      if (stage === 0) {
        await person.keepData('0');
        return { stage, image: undefined };
      }
      const process = startDeploy(server);
      const begun = await process.seen((line) => line.type === 'step.started' && names.includes(line.stepId));
      process.kill('SIGINT');
      const { code, stdout, stderr } = await process.ended;
      if (begun === undefined || code !== 130) throw new Error(`Stage ${stage} was not reached:\n${stdout}${stderr}`);
      await person.keepData(String(stage));
      const image = `hardshell-lab/${labRunId()}:before-${names[0] ?? ''}`;
      images.push(await server.commit(image));
      return { stage, image };
    },
    async boot({ stage, image }) {
      const server = await startServer(image === undefined ? {} : { image });
      await person.restoreData(String(stage));
      return receive(server);
    },
    async [Symbol.asyncDispose]() {
      await person[Symbol.asyncDispose]();
      await door[Symbol.asyncDispose]();
      for (const image of images) await docker(['rmi', '--force', image]);
    },
  };
}
