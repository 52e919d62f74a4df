/** The bundler puts the text of such a file into the code. */
declare module '*.Dockerfile?raw' {
  const text: string;
  // eslint-disable-next-line no-restricted-syntax -- it is the bundler's way to hand it over
  export default text;
}
