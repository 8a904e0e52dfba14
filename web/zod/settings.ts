/**
 * Before zod is there, and so before any shape is made: it would try whether it may write code, which the page's policy refuses and reports. It
 * reads its settings from this name.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
