import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { fileNameRule } from './scripts/lint/file-name-rule.mjs';
import { importRule } from './scripts/lint/import-rule.mjs';

const house = { rules: { imports: importRule, 'file-name': fileNameRule } };

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: the same thing then has the same name everywhere.',
};

const impatience = {
  selector: "CallExpression[callee.object.name='vi'][callee.property.name='waitFor'][arguments.length=1]",
  message: 'It waits for one second, which a busy machine takes: `until` of test/until.ts, or a timeout of your own.',
};

const processMembers = ['env', 'exit', 'argv', 'stdout', 'stderr', 'stdin'];

export default defineConfig(
  { ignores: ['out/**', 'node_modules/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx,js,mjs}'],
    plugins: { house },
    rules: {
      'house/file-name': 'error',
      'max-lines': ['error', { max: 300 }],
      'no-restricted-syntax': ['error', noDefaultExport, impatience],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // numbers print the same everywhere, and `() => void call()` says less than `() => call()`
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'house/imports': 'error',
      'no-restricted-globals': [
        'error',
        { name: 'WebSocket', message: 'Node.js 20.18, which the product runs on, has none: use the package ws.' },
      ],
    },
  },
  {
    files: ['src/renderer/**'],
    rules: { 'no-restricted-globals': 'off' }, // a browser has a WebSocket
  },
  {
    files: ['src/shared/**/*.ts', 'src/core/**/*.ts'],
    ignores: ['**/*.{test,contract}.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...processMembers.map((property) => ({
          object: 'process',
          property,
          message: 'Core is a library: what it needs is given to createCore(deps).',
        })),
      ],
      'no-restricted-imports': [
        'error',
        { name: 'node:process', importNames: processMembers, message: 'What core needs is given to createCore(deps).' },
      ],
    },
  },
  {
    files: ['*.config.{ts,js}'],
    rules: { 'no-restricted-syntax': 'off' }, // their tools read a default export
  },
);
