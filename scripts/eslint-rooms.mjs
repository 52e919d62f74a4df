export const roomRules = [];
