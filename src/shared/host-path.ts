/** Paths on the computer a host runs on: their schema, and how to find them in the input of a call. */
import { z } from 'zod'

/** A path on the host's computer. Hosts check each path that a call names: see core/api/given-paths.ts. */
export const HostPath = z.string().min(1)

/**
 * The host paths in the input of a call, anywhere in the schema. `input` is not validated yet: a part that does not fit
 * the schema yields no path, and validation refuses it later.
 */
export function hostPathsIn(schema: unknown, input: unknown): string[] {
  if (schema === HostPath) return typeof input === 'string' ? [input] : []
  if (!(schema instanceof z.ZodType)) return []
  return partsOf(schema, input).flatMap(([part, value]) => hostPathsIn(part, value))
}

/** Whether calls with this schema can name a host path. */
export function hasHostPath(schema: unknown): boolean {
  if (schema === HostPath) return true
  return schema instanceof z.ZodType && partsOf(schema, undefined).some(([part]) => hasHostPath(part))
}

type Part = readonly [schema: unknown, value: unknown]

/**
 * The schemas inside a schema, each with its value. Arrays and records also yield their element schema if they have no
 * value.
 */
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
