// Stands in for OpenClaw where a test is about its supervisor: does what `behaviour.json` beside its configuration says.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const dir = process.env.FAKE_DIR;
const [role] = process.argv.slice(2);
const behaviour = JSON.parse(readFileSync(join(dir, 'behaviour.json'), 'utf8'));
appendFileSync(join(dir, 'starts'), `${role} ${process.pid} ${Date.now()}\n`);
writeFileSync(join(dir, `env.${role}`), JSON.stringify(process.env));

if (role === 'doctor') {
  const { doctor = {} } = behaviour;
  await new Promise((resolve) => setTimeout(resolve, doctor.takesMs ?? 0));
  if (doctor.config !== undefined) writeFileSync(join(dir, 'openclaw.json'), JSON.stringify(doctor.config));
  if (doctor.then !== undefined) writeFileSync(join(dir, 'behaviour.json'), JSON.stringify(doctor.then));
  process.exit(doctor.exit ?? 0);
}

process.on('SIGTERM', () => {
  appendFileSync(join(dir, 'starts'), `sigterm ${process.pid} ${Date.now()}\n`);
  if (behaviour.ignoresTerm !== true) setTimeout(() => process.exit(0), behaviour.drainMs ?? 0);
});
if (behaviour.child === true) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  writeFileSync(join(dir, 'child'), String(child.pid));
}
for (let n = 0; n < (behaviour.lines ?? 0); n += 1) console.log(`line ${n} ${'x'.repeat(80)}`);
if (behaviour.writesEveryMs !== undefined) {
  let n = 0;
  setInterval(() => process.stdout.write(`tick ${n++}\n`), behaviour.writesEveryMs);
}
console.log('ready');
if (behaviour.exit !== undefined) setTimeout(() => process.exit(behaviour.exit), behaviour.afterMs ?? 0);
else setInterval(() => existsSync(dir), 1000);
