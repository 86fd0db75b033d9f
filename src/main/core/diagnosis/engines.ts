/** The diagnosis of the engines that run apps: Docker, its image, and the Python of this computer. */
import { t } from '#shared/language.ts'
import type { Check, CheckFix, Settings } from '#shared/system.ts'
import type { Engine, EngineCheck } from '../ports.ts'

/** Checks the engines. A problem of an engine that the user's choice does not need is only a notice. */
export async function checkEngines(
  engines: readonly Engine[],
  choice: Settings['engine'],
  signal: AbortSignal
): Promise<readonly Check[]> {
  const ask = (kind: Engine['kind']) => engines.find(engine => engine.kind === kind)?.check(signal)
  const [docker, python] = await Promise.all([ask('docker'), ask('process')])
  const works = { docker: docker?.available === true, process: python?.available === true }
  return [
    ...(docker
      ? [dockerCheck(docker, choice, works.process), imageCheck(docker, choice, works.process)]
      : []),
    ...(python ? [pythonCheck(python, choice, works.docker)] : [])
  ]
}

function dockerCheck(docker: EngineCheck, choice: Settings['engine'], processWorks: boolean): Check {
  const common = {
    id: 'docker',
    title: 'Docker',
    checked: t`The engine: ${docker.lookedAt}`,
    details: []
  } as const
  if (docker.image)
    return {
      ...common,
      state: 'ok',
      message: docker.image.engine,
      details: [...docker.notices, ...(docker.differences ?? [])]
    }
  return {
    ...common,
    state: isNeeded('docker', choice, processWorks) ? 'failed' : 'notice',
    message: docker.message,
    hint: docker.hint,
    ...fixOf(choice === 'docker' && processWorks, 'use-process')
  }
}

function imageCheck(docker: EngineCheck, choice: Settings['engine'], processWorks: boolean): Check {
  const common = { id: 'image', title: t`Runtime image`, details: [] } as const
  if (!docker.image) {
    const message = t`Docker does not answer, so its images cannot be checked.`
    return { ...common, state: 'skipped', checked: t`The image apps run in`, message }
  }
  const { name, isThere } = docker.image
  const checked = t`The image ${name}`
  if (isThere) return { ...common, state: 'ok', checked, message: t`It is there, of this version of q8s.` }
  return {
    ...common,
    state: isNeeded('docker', choice, processWorks) ? 'failed' : 'notice',
    checked,
    message: docker.message,
    hint: docker.hint,
    fix: 'build-image'
  }
}

function pythonCheck(python: EngineCheck, choice: Settings['engine'], dockerWorks: boolean): Check {
  const common = {
    id: 'process',
    title: 'Python',
    checked: t`Python 3.9 or newer by ${python.lookedAt}`
  } as const
  if (python.available) {
    return { ...common, state: 'ok', message: python.message, details: [...(python.differences ?? [])] }
  }
  return {
    ...common,
    state: isNeeded('process', choice, dockerWorks) ? 'failed' : 'notice',
    message: python.message,
    hint: python.hint,
    details: [],
    ...fixOf(choice === 'process' && dockerWorks, 'use-docker')
  }
}

/** The chosen engine is needed; if none is chosen, one working engine is enough. */
function isNeeded(kind: Engine['kind'], choice: Settings['engine'], otherWorks: boolean): boolean {
  return choice === kind || (choice === 'auto' && !otherWorks)
}

function fixOf(applies: boolean, fix: CheckFix): { fix?: CheckFix } {
  return applies ? { fix } : {}
}
