import tseslint from 'typescript-eslint';
import { defineConfig } from 'eslint/config';
import { roomRules } from './scripts/eslint-rooms.mjs';

/** Numbers print the same everywhere, and `() => void call()` says less than `() => call()`. */
const readableDefaults = {
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
};

export default defineConfig(
  { ignores: ['out/**', 'node_modules/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: readableDefaults,
  },
  ...roomRules,
);
