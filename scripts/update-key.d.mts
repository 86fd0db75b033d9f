export function publicUpdateKey(): string | undefined
export function signed(text: string): string
export function signChannels(folder: string): Promise<void>
