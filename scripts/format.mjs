import { ensureInstall } from './ensure-install.mjs';
import { runTool } from './run-tool.mjs';

await ensureInstall();
const { code, output } = await runTool('prettier', ['--write', '--log-level', 'warn', '.']);
process.stdout.write(output);
process.exitCode = code;
