/** What draws WebGL on the processor: SwiftShader and WARP of browsers, Mesa's, and what their names have in common. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/** Pure. @param renderer as WebGL calls it */
export const isSoftware = (renderer: string): boolean => SOFTWARE.test(renderer);

let known: boolean | undefined;

/**
 * Whether there is something that draws faster than the page itself does. On a virtual machine WebGL is there and is drawn by the
 * processor, which then has no time left for the terminal's text: a flood is several times slower than with elements.
 */
export function hasGraphics(): boolean {
  return (known ??= askWebgl());
}

function askWebgl(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (gl === null) return false;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = gl.getParameter(names === null ? gl.RENDERER : names.UNMASKED_RENDERER_WEBGL);
  // a page may hold few of them
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof renderer !== 'string' || !isSoftware(renderer);
}
