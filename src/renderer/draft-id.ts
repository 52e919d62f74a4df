/** Names a preview before there is an answer: `deployment.advanced` tells of it by this. */
export function createDraftId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return `d-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
