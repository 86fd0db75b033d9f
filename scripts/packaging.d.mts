/** Absolute path of the checkout. */
export const root: string
export const FUSES: Readonly<Record<string, boolean>>
export function packaging(dist: string | undefined): import('electron-builder').Configuration
