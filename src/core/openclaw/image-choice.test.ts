import { expect, test } from 'vitest';
import { npmInstallArguments, npmInstallEnvironment } from './npm-install.ts';
import { chooseImage, pinImage } from './image-choice.ts';
import { buildRecipe, buildTag, imageRecipe, recipeLabel, recipeSum } from './image-recipe.ts';

const mirror = 'ghcr.io/openclaw/openclaw';
const version = '2026.9.6';
const digest = `sha256:${'a'.repeat(64)}`;

test("nothing chosen: OpenClaw's own image of that version, from the mirror", () => {
  const wish = { choice: undefined, version, mirror: 'registry.example.com:5000/claw' };
  expect(chooseImage(wish)).toEqual({
    how: 'pull',
    reference: 'registry.example.com:5000/claw:2026.9.6',
    isOwn: true,
  });
});

test('build: a name that holds the version and the recipe', () => {
  const source = chooseImage({ choice: 'build', version, mirror });
  expect(source).toEqual({ how: 'build', reference: buildTag(version), version });
  expect(source.reference).toBe(`hardshell/openclaw:2026.9.6-${recipeSum.slice(0, 12)}`);
});

test.each([
  ['my/claw', 'my/claw:latest'],
  ['localhost:5000/claw', 'localhost:5000/claw:latest'],
  ['localhost:5000/claw:7', 'localhost:5000/claw:7'],
  [`my/claw@${digest}`, `my/claw@${digest}`],
])('any reference: %s', (choice, reference) => {
  expect(chooseImage({ choice, version, mirror })).toEqual({ how: 'pull', reference, isOwn: false });
});

test('an instance stays on exactly its image while nothing else is asked for', () => {
  const own = { choice: undefined, version, image: `${mirror}@${digest}` };
  const mine = { choice: 'my/claw', version, image: `my/claw@${digest}` };
  const reference = (wish: Parameters<typeof chooseImage>[0]): string => chooseImage(wish).reference;
  expect(reference({ choice: undefined, version, mirror, before: own })).toBe(own.image);
  expect(reference({ choice: 'my/claw', version, mirror, before: mine })).toBe(mine.image);
  // A version, a mirror or an image that changes is asked for.
  expect(reference({ choice: undefined, version: '2026.9.7', mirror, before: own })).toBe(`${mirror}:2026.9.7`);
  expect(reference({ choice: undefined, version, mirror: 'my/mirror', before: own })).toBe('my/mirror:2026.9.6');
  expect(reference({ choice: 'my/claw:2', version, mirror, before: mine })).toBe('my/claw:2');
  expect(reference({ choice: undefined, version, mirror, before: mine })).toBe(`${mirror}:2026.9.6`);
  // What was built by an older recipe is built anew.
  const built = { choice: 'build', version, image: 'hardshell/openclaw:2026.9.6-0123456789ab' };
  expect(reference({ choice: 'build', version, mirror, before: built })).toBe(buildTag(version));
});

test.each([
  ['ghcr.io/openclaw/openclaw:2026.9.6', [`ghcr.io/openclaw/openclaw@${digest}`], 0],
  ['localhost:5000/claw:1', [`other/claw@${digest}`, `localhost:5000/claw@${digest}`], 1],
  ['my/claw:1', [`docker.io/my/claw@${digest}`], 0],
  ['node:24', [`docker.io/library/node@${digest}`], 0],
  ['my/claw:1', [`other/claw@${digest}`], undefined],
  ['hardshell/openclaw:1', [], undefined],
])('%s is pinned to the digest of its own registry', (reference, digests, which) => {
  expect(pinImage(reference, digests)).toBe(which === undefined ? reference : digests[which]);
});

test('the recipe installs as everywhere else: with the same arguments and variables for npm', () => {
  const text = imageRecipe.replace(/\\\n\s*/g, ' ');
  const [install = '', ...args] = npmInstallArguments({ spec: 'openclaw@VERSION', registry: 'REGISTRY' });
  expect(text).toContain(`npm ${install} --global "openclaw@\${VERSION}" "--registry=\${REGISTRY}/"`);
  for (const arg of args.slice(3)) expect(text).toContain(` ${arg}`);
  for (const [name, value] of Object.entries(npmInstallEnvironment())) expect(text).toContain(`${name}=${value}`);
});

test('what is handed to the engine: no network of its own unless the registry is on its loopback', () => {
  const far = buildRecipe(version, { registry: 'https://registry.npmjs.org', certificates: '' });
  expect(far).toEqual({
    tag: buildTag(version),
    dockerfile: imageRecipe,
    args: { VERSION: version, REGISTRY: 'https://registry.npmjs.org' },
    labels: { [recipeLabel]: recipeSum },
    files: [{ path: 'extra-ca.pem', mode: 0o644, uid: 0, gid: 0, content: new Uint8Array() }],
  });
  for (const registry of ['http://127.0.0.1:4873', 'http://localhost:4873/npm', 'http://[::1]:4873']) {
    expect(buildRecipe(version, { registry, certificates: 'PEM' })).toMatchObject({ network: 'host' });
  }
});
