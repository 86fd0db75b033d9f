/** `app cleanup`: removes old deploy versions, ended instances and their files, and prints what that frees. */
import { bytesText } from '#shared/quantity.ts'
import {
  type CleanUpChoice,
  freedBytes,
  type JoinedPlan,
  LEFTOVER_WORDS,
  proposedChoice
} from '#shared/upkeep.ts'
import { confirmRemoval } from '../ask.ts'
import { defineCommand } from '../command.ts'
import { canAsk } from '../context.ts'
import { age, table } from '../format.ts'
import { followJob } from '../jobs.ts'

interface Options {
  readonly dryRun?: true
  readonly yes?: true
  readonly all?: true
}

export const appCleanup = defineCommand<Options>({
  summary: 'Remove old deploy versions, ended instances, and what they left',
  description:
    'Remove what deploys and runs left: versions that `bundle deploy` made and no running instance needs, your ' +
    'instances that are stopped, and on this computer environments that were not used for two weeks, bundles no app ' +
    'has, and runtime images and containers of ours that nothing uses. Apps that run without an instance, or after ' +
    'their `exec` was killed, are stopped. It lists all with what they free, and asks on a terminal.\n\n' +
    'Kept unless --all is given: the newest deploy of each name, what holds data on a volume, failed instances, ' +
    'younger environments, and what makes the next bundle faster. What a running instance uses always stays.',
  arguments: [],
  options: [
    { flags: '--dry-run', summary: 'only list what would go' },
    { flags: '--all', summary: 'also what is kept otherwise' },
    { flags: '-y, --yes', summary: 'do not ask' }
  ],
  examples: [
    { line: 'q8s-cli app cleanup --dry-run', does: 'See what could go, and what it frees' },
    { line: 'q8s-cli app cleanup --yes', does: 'Clean up without being asked' }
  ],
  async run(context, _given, { dryRun, yes, all }) {
    const client = await context.client()
    context.output.progress('Looking at what is there')
    const [ofPlatform, ofComputer] = await Promise.all([
      client.upkeep.cleanUpPlan(undefined, context),
      client.upkeep.leftovers(undefined, context)
    ])
    const plan = { ...ofPlatform, ...ofComputer }
    context.output.endProgress()
    const choice = all ? everything(plan) : proposedChoice(plan)
    for (const problem of plan.unknown) context.output.note(problem)
    const count = choice.apps.length + choice.instances.length + choice.leftovers.length
    const frees = freedBytes(plan, choice)
    const list = planTable(plan, choice, context.now())
    if (dryRun || count === 0) {
      return {
        json: { ...chosenOf(plan, choice), unknown: plan.unknown, frees },
        text: count === 0 ? 'Nothing to clean up.' : `${list}\nFrees ${bytesText(frees)}`
      }
    }
    if (!yes) {
      await confirmRemoval(context, {
        what: canAsk(context) ? list : 'This removes things for good.',
        question: `Remove these and free ${bytesText(frees)}?`,
        hint: 'Add --yes to confirm, or --dry-run to see what would be removed.'
      })
    }
    const { jobId } = await client.upkeep.cleanUp(choice, context)
    const { items = [], freed = 0 } = await followJob(context, client, jobId)
    return { json: { removed: items, freed }, text: `Removed ${items.length}, freed ${bytesText(freed)}` }
  }
})

function everything({ apps, instances, leftovers }: JoinedPlan): CleanUpChoice {
  const ids = (them: readonly { readonly id: string }[]) => them.map(({ id }) => id)
  return { apps: ids(apps), instances: ids(instances), leftovers: ids(leftovers) }
}

function chosenOf(plan: JoinedPlan, choice: CleanUpChoice) {
  return {
    apps: plan.apps.filter(({ id }) => choice.apps.includes(id)),
    instances: plan.instances.filter(({ id }) => choice.instances.includes(id)),
    leftovers: plan.leftovers.filter(({ id }) => choice.leftovers.includes(id))
  }
}

function planTable(plan: JoinedPlan, choice: CleanUpChoice, now: Date): string {
  const { apps, instances, leftovers } = chosenOf(plan, choice)
  const columns = [
    { title: 'ID', width: 36 },
    { title: 'TITLE', width: 30 },
    { title: 'WHAT', width: 9 },
    { title: 'AGE' },
    { title: 'FREES' },
    { title: 'MEANS' }
  ]
  return table(columns, [
    ...apps.map(app => [
      ...[app.id, `${app.title} ${app.version}`, 'app', age(app.createdAt, now)],
      bytesText(freedBytes(plan, { apps: [app.id], instances: [], leftovers: [] })),
      'It can no longer be started.'
    ]),
    ...instances.map(it => [
      ...[it.id, `${it.title} ${it.version}`, it.ephemeral ? 'local run' : 'instance', age(it.endedAt, now)],
      bytesText((it.log ?? 0) + (it.volume ?? 0)),
      it.volume ? 'Its log and its data are lost.' : 'Its log is lost.'
    ]),
    ...leftovers.map(it => {
      const [what, meaning] = LEFTOVER_WORDS[it.kind]
      return ['', it.title, what, age(it.usedAt, now), bytesText(it.size), meaning]
    })
  ])
}
