/** The context shared by the parts of the local platform: its home, and the engines of this computer. */
import type { InspectOptions } from '#core/bundle/read/inspect.ts'
import type { Engine, RunSpec } from '#core/ports.ts'
import type { BundleListing } from '#shared/bundle.ts'
import type { EngineKind } from '#shared/instance.ts'
import type { Home } from '../home/home.ts'

type EngineChoice = 'auto' | EngineKind

export interface LocalOptions {
  readonly home: Home
  readonly engines: readonly Engine[]
  /** Called for each run that does not choose an engine itself. */
  readonly engineChoice: () => EngineChoice | Promise<EngineChoice>
  /** Reads a bundle. Findings that are errors prevent its import. */
  readonly inspect: (file: string, options: InspectOptions) => Promise<BundleListing>
  /** Limits of each instance's log, in bytes. */
  readonly log?: RunSpec['log'] | undefined
}

export interface LocalContext extends Home, Required<Omit<LocalOptions, 'home' | 'log'>> {
  readonly log: RunSpec['log']
}

const DEFAULT_LOG = { segmentBytes: 8 * 1024 * 1024, totalBytes: 256 * 1024 * 1024 }

export function createContext({ home, log = DEFAULT_LOG, ...rest }: LocalOptions): LocalContext {
  return { ...home, ...rest, log }
}
