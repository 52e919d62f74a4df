import { homedir } from 'node:os';
import { describeEnginePort } from '../../src/core/container-engine/container-engine.contract.ts';
import { openLocalEngine } from '../../src/core/container-engine/open-local-engine.ts';
import { describeWithLab } from '../lab/describe-with-lab.ts';

const surroundings = { env: process.env, homeDir: homedir(), platform: process.platform };

describeWithLab('the contract of an engine, on this computer', () => {
  describeEnginePort('the engine of this computer', {
    open: () => openLocalEngine(surroundings),
    image: 'debian:bookworm-slim',
    subnetByte: 211,
  });
});
