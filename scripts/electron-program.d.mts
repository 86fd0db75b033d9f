/** Path of Electron's program, or undefined where it was never fetched. */
export function electronProgram(): string | undefined
