/** Chooses the engine that runs a bundle now. */
import { AppError } from '#shared/errors.ts'
import type { EngineKind } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import type { Engine } from '../ports.ts'

export interface ChosenEngine {
  readonly engine: Engine
  readonly notices: readonly string[]
}

/** `auto` prefers Docker. UNAVAILABLE if the chosen engine, or with `auto` every engine, cannot run a bundle now. */
export async function chooseEngine(
  engines: readonly Engine[],
  choice: 'auto' | EngineKind,
  signal?: AbortSignal
): Promise<ChosenEngine> {
  const kinds = choice === 'auto' ? (['docker', 'process'] as const) : [choice]
  const problems: { readonly message: string; readonly hint?: string | undefined }[] = []
  for (const kind of kinds) {
    const engine = engines.find(other => other.kind === kind)
    if (!engine) continue
    const check = await engine.check(signal)
    if (check.available) return { engine, notices: check.notices }
    problems.push(check)
  }
  const message = problems.map(problem => problem.message).join(' ') || t`There is no ${choice} engine here.`
  const hint = problems.find(problem => problem.hint)?.hint
  throw new AppError('UNAVAILABLE', message, hint, { data: { reason: 'engine-unavailable' } })
}
