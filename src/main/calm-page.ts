import { texts } from './text.ts';

/** Shown in place of a dashboard whose gateway cannot be reached for a while. Nothing in it moves, asks or loads. */
export const calmPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${texts.calmTitle}</title>
    <style>
      :root { color-scheme: light dark; }
      body {
        margin: 0; height: 100vh; display: grid; place-content: center; gap: 8px; text-align: center;
        font: 13px/1.5 system-ui, sans-serif; color: #6b6560; background: #f8f6f4;
      }
      h1 { margin: 0; font-size: 15px; font-weight: 600; color: #2a2623; }
      p { margin: 0; max-width: 44ch; }
      @media (prefers-color-scheme: dark) {
        body { color: #a49c95; background: #171412; }
        h1 { color: #ece7e2; }
      }
    </style>
  </head>
  <body>
    <h1>${texts.calmTitle}</h1>
    <p>${texts.calmText}</p>
  </body>
</html>
`;
