/** A process of the benchmark: bundles argv[2] to argv[3], with the index in argv[4] if given. */
import { writeBundle } from '#core/bundle/write/write.ts'

const [folder = '', output = '', cacheFolder] = process.argv.slice(2)
const { reused } = await writeBundle({ folder, output, ...(cacheFolder && { cacheFolder }) })
process.stderr.write(`reused ${reused}\n`)
