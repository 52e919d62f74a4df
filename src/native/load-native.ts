/**
 * A native module that npm may have left out. Its name is no literal: neither the compiler nor the bundler must want what may
 * be absent. @throws where it was not installed, or does not load (one of its libraries is missing)
 */
export async function loadNative<T>(name: string): Promise<T> {
  const module = (await import(name)) as { readonly default: T };
  return module.default;
}
