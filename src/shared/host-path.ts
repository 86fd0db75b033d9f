/** Paths of the computer a host runs on: the one schema for them, and what finds them in the input of a call. */
import { z } from 'zod'

/** A path of the host's computer. Hosts check each that a call names: see core/api/given-paths.ts. */
export const HostPath = z.string().min(1)

/**
 * The host paths in the input of a call, wherever the schema has them. `input` is as it came: what does not fit the schema
 * names no path, and is refused later.
 */
export function hostPathsIn(schema: unknown, input: unknown): string[] {
  if (schema === HostPath) return typeof input === 'string' ? [input] : []
  if (!(schema instanceof z.ZodType)) return []
  return partsOf(schema, input).flatMap(([part, value]) => hostPathsIn(part, value))
}

/** Whether calls of this schema can name a path of the host. */
export function hasHostPath(schema: unknown): boolean {
  if (schema === HostPath) return true
  return schema instanceof z.ZodType && partsOf(schema, undefined).some(([part]) => hasHostPath(part))
}

type Part = readonly [schema: unknown, value: unknown]

/** The schemas within a schema, each with its value; one of an array or record also where there is no value. */
function partsOf(schema: z.ZodType, input: unknown): readonly Part[] {
  if (schema instanceof z.ZodObject) {
    const values = isRecord(input) ? input : {}
    return Object.entries(schema.shape).map(([name, part]): Part => [part, values[name]])
  }
  if (schema instanceof z.ZodArray) return each(schema.element, Array.isArray(input) ? input : [])
  if (schema instanceof z.ZodRecord)
    return each(schema.valueType, isRecord(input) ? Object.values(input) : [])
  if (schema instanceof z.ZodUnion) return schema.options.map((part): Part => [part, input])
  if (schema instanceof z.ZodPipe) return [[schema.in, input]]
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodNonOptional
  return wraps ? [[schema.unwrap(), input]] : []
}

function each(schema: unknown, values: readonly unknown[]): readonly Part[] {
  return values.length === 0 ? [[schema, undefined]] : values.map((value): Part => [schema, value])
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
