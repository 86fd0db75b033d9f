/** The fields of the guide's q-app.toml, in its order and with its wording. */
import { t } from '#shared/language.ts'

export type FieldKind = 'text' | 'lines' | 'version' | 'category' | 'keywords' | 'module' | 'quantity'

export interface Field {
  readonly table: 'App' | 'Runtime'
  readonly key: string
  readonly kind: FieldKind
  readonly help: string
  readonly required?: boolean
  readonly placeholder?: string
  /** True if the field takes half the width when two fit side by side. */
  readonly half?: boolean
}

export const APP_FIELDS: readonly Field[] = [
  {
    table: 'App',
    key: 'Name',
    kind: 'text',
    required: true,
    placeholder: 'ai.h2o.q.my-app',
    help: t`A machine-oriented unique identifier of the app. It links different app versions together.`
  },
  {
    table: 'App',
    key: 'Version',
    kind: 'version',
    required: true,
    placeholder: '0.1.0',
    help: t`A semver.org version of the app. Name and Version together have to be unique.`
  },
  {
    table: 'App',
    key: 'Title',
    kind: 'text',
    placeholder: t`My awesome app`,
    help: t`A human-oriented name of the app for presentation.`
  },
  {
    table: 'App',
    key: 'Description',
    kind: 'lines',
    placeholder: t`This is my awesome app`,
    help: t`A multiline description of the app for presentation.`
  },
  {
    table: 'App',
    key: 'Category',
    kind: 'category',
    half: true,
    placeholder: 'Other',
    help: t`Organizes apps into groups. Others than those listed are allowed.`
  },
  {
    table: 'App',
    key: 'Keywords',
    kind: 'keywords',
    half: true,
    placeholder: t`Type a word, then Enter`,
    help: t`Keywords for search. Enter or a comma ends one.`
  }
]

export const RUNTIME_FIELDS: readonly Field[] = [
  {
    table: 'Runtime',
    key: 'Module',
    kind: 'module',
    required: true,
    placeholder: 'q_app.run',
    help: t`The main Python module of the app: it is started via python3 -m Module.`
  },
  {
    table: 'Runtime',
    key: 'MemoryLimit',
    kind: 'quantity',
    half: true,
    placeholder: '500Mi',
    help: t`The most memory an instance can use before it is OOM-killed.`
  },
  {
    table: 'Runtime',
    key: 'MemoryReservation',
    kind: 'quantity',
    half: true,
    placeholder: '400Mi',
    help: t`How much memory is required to schedule an instance.`
  },
  {
    table: 'Runtime',
    key: 'VolumeMount',
    kind: 'text',
    half: true,
    placeholder: '/data',
    help: t`Where a volume that persists across restarts is mounted: an absolute path.`
  },
  {
    table: 'Runtime',
    key: 'VolumeSize',
    kind: 'quantity',
    half: true,
    placeholder: '1Gi',
    help: t`How large that volume is, as Kubernetes writes it.`
  }
]

export const RUNTIME_HELP = t`An app brings its Python packages, in requirements.txt. The operating system,
  its libraries and the Wave server are the platform’s, and cannot be chosen.`

export const ENV_HELP = t`Secrets registered with the platform, injected as environment variables when an
  instance starts. Names beginning with Q8S are disallowed.`
