import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { root } from '../scripts/checkout.mjs';
import { importRule, whyNotImport } from '../scripts/lint/import-rule.mjs';
import { whyNotName } from '../scripts/lint/file-name-rule.mjs';
import { rooms } from '../scripts/lint/rooms.mjs';

const linter = new Linter({ cwd: root });

function complaints(file: string, code: string): string[] {
  const found = linter.verify(
    code,
    [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: tseslint.parser },
        plugins: { house: { rules: { imports: importRule } } },
        rules: { 'house/imports': 'error' },
      },
    ],
    { filename: join(root, file) },
  );
  return found.map((message) => message.message);
}

function importsOf(file: string): string[] {
  const code = readFileSync(join(root, file), 'utf8');
  return ts.preProcessFile(code, true, true).importedFiles.map((imported) => imported.fileName);
}

function sources(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join('src', path));
}

describe('the house', () => {
  it('is as the import table says, in every file, whatever the file says to the linter', () => {
    const found = sources().flatMap((file) =>
      importsOf(file).flatMap((specifier) => whyNotImport(join(root, file), specifier) ?? []),
    );
    expect(found).toEqual([]);
  });

  it('counts every run that ends with the program: one function alone carries out plans', () => {
    const carriesOut = sources().filter(
      (file) => /\brunPlan\(/.test(readFileSync(join(root, file), 'utf8')) && !file.endsWith('.test.ts'),
    );
    expect(carriesOut.sort()).toEqual([
      join('src', 'core', 'deployments.ts'),
      join('src', 'core', 'runner', 'runner.ts'),
    ]);
  });

  it('has no room that the table does not know', () => {
    const folders = readdirSync(join(root, 'src'));
    expect(folders.filter((folder) => !(folder in rooms))).toEqual([]);
  });

  it.each([
    ['src/shared/sample.ts', 'node:fs'],
    ['src/shared/sample.ts', '../core/index.ts'],
    ['src/core/host/sample.ts', 'electron'],
    ['src/core/host/sample.ts', 'keytar'],
    ['src/core/host/sample.ts', 'node:sqlite'],
    ['src/core/host/sample.ts', 'fs'],
    ['src/core/host/sample.ts', '../facts/fact.ts'],
    ['src/core/facts/sample.ts', '../steps/step.ts'],
    ['src/core/steps/server/sample.ts', '../../plans/plan.ts'],
    ['src/core/plans/sample.ts', '../runner/runner.ts'],
    ['src/core/runner/sample.ts', '../index.ts'],
    ['src/core/host/sample.ts', '../../cli/main.ts'],
    ['src/core/host/sample.ts', '../../../test/lab/server.ts'],
    ['src/native/sample.ts', '../core/host/host.ts'],
    ['src/cli/sample.ts', '../core/host/host.ts'],
    ['src/cli/sample.ts', 'keytar'],
    ['src/cli/sample.ts', 'ssh2'],
    ['src/preload/sample.ts', 'node:fs'],
    ['src/renderer/sample.ts', '../core/index.ts'],
  ])('refuses that %s imports %s, in every way of importing', (file, specifier) => {
    for (const code of [
      `import '${specifier}';`,
      `import type { X } from '${specifier}';`,
      `export { x } from '${specifier}';`,
      `export * from '${specifier}';`,
      `await import('${specifier}');`,
    ]) {
      expect(complaints(file, code), code).toHaveLength(1);
    }
  });

  it.each([
    ['src/shared/sample.ts', 'zod'],
    ['src/core/steps/server/sample.ts', '../../host/command.ts'],
    ['src/core/steps/local/sample.ts', '../server/account.ts'],
    ['src/core/host/sample.ts', '../../shared/app-error.ts'],
    ['src/core/host/sample.test.ts', '../../../test/lab/server.ts'],
    ['src/core/host/sample.test.ts', 'vitest'],
    ['src/native/sample.ts', 'keytar'],
    ['src/cli/flow/sample.ts', '../../core/index.ts'],
    ['test/sample.ts', '../src/core/host/host.ts'],
  ])('lets %s import %s', (file, specifier) => {
    expect(complaints(file, `import { x } from '${specifier}';`)).toEqual([]);
  });

  it('knows a file name that says something', () => {
    expect(whyNotName('known-hosts.test.ts')).toBeNull();
    expect(whyNotName('KnownHosts.ts')).toMatch(/kebab-case/);
    expect(whyNotName('string-utils.ts')).toMatch(/says nothing/);
  });
});

describe("core's tests", () => {
  it('meet an electron that throws', async () => {
    const name = 'electron';
    await expect(import(/* @vite-ignore */ name)).rejects.toThrow(/must not be imported/);
  });
});
