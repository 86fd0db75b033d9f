/** The tables and keys of the guide's q-app.toml, and those today's app.toml of H2O AI Cloud adds. */

export type ValueType = 'text' | 'texts' | 'number' | 'boolean'

interface KnownTable {
  /** Written `[[Name]]`. */
  readonly rows: boolean
  readonly guide: Readonly<Record<string, ValueType>>
  readonly today: Readonly<Record<string, ValueType>>
}

export const KNOWN_TABLES: Readonly<Record<string, KnownTable>> = {
  App: {
    rows: false,
    guide: {
      Name: 'text',
      Version: 'text',
      Title: 'text',
      Description: 'text',
      Category: 'text',
      Keywords: 'texts'
    },
    today: { LongDescription: 'text', Tags: 'texts', InstanceLifecycle: 'text', InstanceTimeout: 'text' }
  },
  Runtime: {
    rows: false,
    guide: {
      Module: 'text',
      VolumeMount: 'text',
      VolumeSize: 'text',
      MemoryLimit: 'text',
      MemoryReservation: 'text'
    },
    today: {
      RuntimeVersion: 'text',
      ResourceVolumeSize: 'text',
      CPULimit: 'text',
      CPUReservation: 'text',
      GPUCount: 'number',
      GPUType: 'text',
      EnableOIDC: 'boolean',
      EnableSHM: 'boolean',
      RoutingMode: 'text',
      AppMode: 'text',
      Port: 'number',
      CustomImage: 'text',
      AppArgs: 'texts',
      AppEntryPoint: 'texts'
    }
  },
  Env: {
    rows: true,
    guide: { Name: 'text', Secret: 'text', SecretKey: 'text' },
    today: { Value: 'text', Optional: 'boolean' }
  },
  File: {
    rows: true,
    guide: {},
    today: { Path: 'text', Secret: 'text', SecretKey: 'text', Value: 'text', Optional: 'boolean' }
  },
  Link: { rows: false, guide: {}, today: { Address: 'text' } }
}
