import { AppError } from '../../shared/app-error.ts';
import type { Secret } from '../../shared/secret.ts';
import { secretNameSchema, type SecretStore } from './secret-store.ts';

/** Secrets for as long as the process lives: where somebody asks for nothing to be kept, and in tests. */
export function createMemorySecretStore(): SecretStore {
  const secrets = new Map<string, Secret>();
  return {
    get: (ref) => {
      const secret = ref.backend === 'memory' ? secrets.get(ref.key) : undefined;
      return secret === undefined
        ? Promise.reject(new AppError('secrets.missing', { details: { ...ref } }))
        : Promise.resolve(secret);
    },
    put: (name, secret) => {
      const { error } = secretNameSchema.safeParse(name);
      if (error !== undefined) return Promise.reject(error);
      secrets.set(name, secret);
      return Promise.resolve({ backend: 'memory', key: name });
    },
    remove: (ref) => Promise.resolve(secrets.delete(ref.key)),
    backend: () =>
      Promise.resolve({
        backend: 'memory',
        strength: 'strong',
        description: 'The memory of this process: gone when it ends.',
      }),
  };
}
