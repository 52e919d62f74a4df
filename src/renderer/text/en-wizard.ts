export const enWizard = {};
