/** Does work with a resource that the work's result takes over; where there is no result, the resource is closed. */
export async function disposeOnFailure<T>(resource: AsyncDisposable, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await resource[Symbol.asyncDispose]();
    throw error;
  }
}
