/** Reading bundles: open, extract, inspect. */
export type { BundleEntry } from './directory.ts'
export { extractBundle } from './extract.ts'
export { inspectBundle } from './inspect.ts'
export type { BundleLimits } from './limits.ts'
export { type Bundle, type OpenOptions, openBundle } from './open.ts'
