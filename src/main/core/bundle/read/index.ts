/** Reading bundles: open, extract, inspect. */
export { extractBundle } from './extract.ts'
export { inspectBundle } from './inspect.ts'
export { openBundle } from './open.ts'
