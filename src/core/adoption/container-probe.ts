import { z } from 'zod';
import { AppError } from '../../shared/app-error.ts';

/*
 * Asked of the Node.js in a container that others have made: whom it runs as, where its state lies and where its program is. It
 * prints no variable that could be a secret.
 */
export const CONTAINER_PROBE = `const fs=require("node:fs"),os=require("node:os"),path=require("node:path");
const env=process.env,home=env.OPENCLAW_HOME||env.HOME||os.homedir();
const state=env.OPENCLAW_STATE_DIR||path.join(home,".openclaw");
const find=()=>{
  for(const dir of [...(env.PATH||"").split(":"),"/app"])for(const name of ["openclaw","openclaw.mjs"]){
    let file;try{file=fs.realpathSync(path.join(dir,name))}catch{continue}
    for(let at=path.dirname(file);at!=="/";at=path.dirname(at)){
      try{const own=JSON.parse(fs.readFileSync(path.join(at,"package.json"),"utf8"));
        if(own.name==="openclaw")return{program:name==="openclaw"?["openclaw"]:["node",file],package:at,version:own.version}}catch{}
    }
  }
  return{};
};
console.log(JSON.stringify({uid:process.getuid(),gid:process.getgid(),home,state,config:env.OPENCLAW_CONFIG_PATH||path.join(state,"openclaw.json"),...find()}));`;

const probedSchema = z.object({
  uid: z.int(),
  gid: z.int(),
  home: z.string(),
  state: z.string(),
  config: z.string(),
  program: z.array(z.string()).optional(),
  package: z.string().optional(),
  version: z.string().optional(),
});
export type Probed = z.infer<typeof probedSchema>;

/** Pure. @throws AppError `import.layout` */
export function parseProbed(stdout: string): Probed {
  try {
    return probedSchema.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new AppError('import.layout', {
      message: 'There is no Node.js in it that could be asked where OpenClaw lies.',
      cause,
    });
  }
}
