// A run that will be killed: takes the lease of a data folder, starts a command under it, and waits. Arguments: folder, run, command.
import { openLocalHost } from '../../src/core/host/local/local-host.ts';
import { change } from '../../src/core/host/command.ts';
import { createLocalLeaseKeeper } from '../../src/core/runner/local-lease.ts';
import { holderSchema } from '../../src/core/runner/lease.ts';

const [dataDir = '', run = '', ...argv] = process.argv.slice(2);
const host = await openLocalHost();
const keeper = createLocalLeaseKeeper(host, { dataDir, platform: process.platform });
const holder = holderSchema.parse({ installation: 'h-00000000000000aa', run, who: 'anna@laptop', why: 'a test' });
const lease = await keeper.acquire(holder, { isAlive: () => Promise.resolve(false) });
const child = await lease.spawn(change(argv as [string, ...string[]]), { step: 'work', what: 'holding on' });
console.log('working');
await child.exit;
