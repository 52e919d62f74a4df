// What `electron` resolves to in tests: whoever imports it from where it does not belong fails at once.
throw new Error('electron must not be imported here: core, native, server and cli run on plain Node.js');

export {};
