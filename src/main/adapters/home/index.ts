/** The home of a user on this computer, and what it stores besides a platform. */
export { createHome } from './home.ts'
export { createJobRecords } from './job-records.ts'
export { createRunOptions } from './run-options.ts'
export { checkSecrets, readSecretValues } from './secret-values.ts'
