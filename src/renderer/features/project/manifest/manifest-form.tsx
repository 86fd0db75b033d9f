/** The manifest as a form: every field of the guide, the environment, and all other keys in the text. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { memo, type ReactNode, type RefObject, useEffect, useLayoutEffect, useMemo, useState } from 'react'
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { useHost } from '../../../host/client.ts'
import { actionOf, keysOf } from '../../../window/keys.ts'
import { EnvRows } from './env-rows.tsx'
import { ExtraKeys } from './extra-keys.tsx'
import { type FormActions, FormProvider } from './field.tsx'
import { APP_FIELDS, RUNTIME_FIELDS, RUNTIME_HELP } from './fields.ts'
import styles from './form.module.css'
import { createFindingsStore, groupByPath } from './form-findings.ts'
import { envRows, type FormModel, fieldOf, textsOf } from './form-model.ts'
import { FieldInput } from './inputs.tsx'
import panes from './manifest.module.css'
import { Pictures } from './pictures.tsx'

interface ManifestFormProps {
  readonly path: string
  /** The form of the last valid text. */
  readonly model: FormModel
  /** True if the current text is not TOML: the form is then disabled. */
  readonly resting: boolean
  readonly findings: readonly Finding[]
  readonly actions: FormActions
  readonly ref: RefObject<HTMLElement | null>
}

/** Renders only when the text was parsed again, and then only the changed fields. */
export const ManifestForm = memo(DrawnForm)

function DrawnForm({ path, model, resting, findings, actions, ref }: ManifestFormProps) {
  const modules = useModules(path)
  const secrets = useQuery(useHost().orpc.platform.secrets.list.queryOptions()).data
  const [store] = useState(createFindingsStore)
  useLayoutEffect(
    () => store.setState(({ byPath }) => ({ byPath: groupByPath(findings, byPath) })),
    [store, findings]
  )
  const form = useMemo(() => ({ actions, findings: store, disabled: resting }), [actions, store, resting])
  const rows = envRows(model)
  const inputs = (fields: typeof APP_FIELDS) =>
    fields.map(field => {
      const path = [field.table, field.key]
      const list = field.kind === 'keywords' ? textsOf(model, path) : undefined
      return (
        <FieldInput
          key={field.key}
          field={field}
          state={fieldOf(model, path)}
          list={list}
          modules={modules}
        />
      )
    })
  useNativeUndo(ref, actions)
  return (
    <FormProvider value={form}>
      <section
        ref={ref}
        className={panes.form}
        data-scrolls
        aria-label={t`Form of the manifest`}
        data-resting={resting || undefined}
        onKeyDown={event => onFormKey(event, actions)}
      >
        <Group title={t`App`}>{inputs(APP_FIELDS)}</Group>
        <Group title={t`Runtime`} help={RUNTIME_HELP}>
          {inputs(RUNTIME_FIELDS)}
        </Group>
        <Group title={t`Environment`}>
          {rows ? (
            <EnvRows rows={rows} secrets={secrets} />
          ) : (
            <p className={styles.help}>
              {t`Env is not written as [[Env]] rows.`}{' '}
              <Button onClick={() => actions.show(['Env'])}>{t`Show in the text`}</Button>
            </p>
          )}
        </Group>
        <section className={styles.group} aria-label={t`Pictures`}>
          <h2>{t`Pictures`}</h2>
          <Pictures path={path} />
        </section>
        <ExtraKeys model={model} />
      </section>
    </FormProvider>
  )
}

function Group({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <section className={styles.group} aria-label={title}>
      <h2>{title}</h2>
      {help ? <p className={styles.help}>{help}</p> : null}
      <div className={styles.grid}>{children}</div>
    </section>
  )
}

/** The text's save and undo keys also work in the form, since both share one history and one file. */
function onFormKey(event: React.KeyboardEvent, actions: FormActions): void {
  const keys = keysOf(event.nativeEvent)
  if (actionOf(event.nativeEvent) === 'part:save') actions.save()
  else if (keys === 'Mod+Z') actions.undo()
  else if (keys === 'Mod+Y' || keys === 'Mod+Shift+Z') actions.redo()
  else return
  event.preventDefault()
}

/** Handles undo and redo from a menu, which reach an input as separate events. */
function useNativeUndo(ref: RefObject<HTMLElement | null>, actions: FormActions): void {
  useEffect(() => {
    const form = ref.current
    const onInput = (event: InputEvent) => {
      if (event.inputType === 'historyUndo') actions.undo()
      else if (event.inputType === 'historyRedo') actions.redo()
      else return
      event.preventDefault()
    }
    form?.addEventListener('beforeinput', onInput)
    return () => form?.removeEventListener('beforeinput', onInput)
  }, [ref, actions])
}

const NO_MODULES: readonly string[] = []

/** Modules found in the code, best first; empty while they are being detected. */
function useModules(path: string): readonly string[] {
  const { orpc } = useHost()
  const detected = useQuery({
    ...orpc.projects.detect.queryOptions({ input: { path } }),
    staleTime: 60_000
  }).data
  return detected?.modules ?? NO_MODULES
}
