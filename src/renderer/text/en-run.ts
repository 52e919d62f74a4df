export const enRun = {};
