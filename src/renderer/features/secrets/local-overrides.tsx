/** The variables the project takes from a secret, and whether its runs on this computer use other values. */
import { Button } from '@mantine/core'
import type { EnvOverride } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { useRunOptions } from '../../actions/run-options.ts'
import { useChecked } from '../../manifest/manifest.ts'
import { Facts } from '../../ui/facts.tsx'
import { Actions, Section } from '../../ui/panel.tsx'
import { Name } from '../../ui/text.tsx'
import { useView, view } from '../../window/view.ts'

export function LocalOverrides({ secret }: { secret: string }) {
  const path = useView(state => state.projectPath)
  return path === undefined ? null : <OfProject path={path} secret={secret} />
}

function OfProject({ path, secret }: { path: string; secret: string }) {
  const { manifest } = useChecked(path)
  const { form } = useRunOptions(path)
  const taken = (manifest?.Env ?? []).filter(({ Secret }) => Secret === secret)
  const given = new Map(form.env.map(({ name, value }) => [name.trim(), value]))
  const rest = form.env.filter(
    ({ name, value }) =>
      typeof value !== 'string' && value.secret === secret && !taken.some(({ Name }) => Name === name.trim())
  )
  if (taken.length + rest.length === 0) return null
  return (
    <Section title={t`In the project`}>
      <Facts
        rows={[
          ...taken.map(({ Name: name, SecretKey }) => row(name, overrideText(given.get(name), SecretKey))),
          ...rest.map(({ name, value }) => row(name, overrideText(value, undefined)))
        ]}
      />
      <Actions>
        <Button onClick={() => view.go('project')}>{t`Change its local runs`}</Button>
      </Actions>
    </Section>
  )
}

const row = (name: string, text: string) => [name, <Name key={name}>{text}</Name>] as const

/** The source of a variable; mentions a literal value but never shows it. */
function overrideText(given: EnvOverride | undefined, key: string | undefined): string {
  if (given === undefined) return t`Key ${key ?? '?'}`
  if (typeof given === 'string') return t`A value of its own in local runs`
  return t`Key ${given.key} of ${given.secret} in local runs`
}
