/** One complaint of a 422 answer, as FastAPI services write it. */
export interface Issue {
  loc: (string | number)[]
  msg: string
  type: string
}

type Kind = 'string' | 'boolean' | 'strings'

export interface Field {
  kind: Kind
  required: boolean
}

/** Values of a body that passed; every declared field of the right kind, or absent. */
export interface Values {
  text(name: string): string
  flag(name: string): boolean | null
  list(name: string): string[] | null
  has(name: string): boolean
}

/**
 * Reads a JSON body as strictly as the vendors' framework does, and more: an unknown key is refused, so that
 * a misspelt optional field is noticed here and not in production. Either values or complaints.
 */
export function readFields(
  contentType: string | undefined,
  body: Buffer,
  fields: Record<string, Field>,
): { values: Values } | { issues: Issue[] } {
  const parsed = parseBody(contentType, body)
  if ('issue' in parsed) return { issues: [parsed.issue] }
  const { record } = parsed
  const issues = [
    ...Object.entries(fields).flatMap(([name, field]) => judge(name, field, record[name])),
    ...Object.keys(record)
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => issue([name], 'extra fields not permitted', 'value_error.extra')),
  ]
  return issues.length > 0 ? { issues } : { values: toValues(record) }
}

/** The body as a record, whatever it is worth: for finding the journey of a call, never for judging it. */
export function peekBody(body: Buffer): Record<string, unknown> {
  const parsed = parseBody('application/json', body)
  return 'record' in parsed ? parsed.record : {}
}

function parseBody(
  contentType: string | undefined,
  body: Buffer,
): { record: Record<string, unknown> } | { issue: Issue } {
  const notObject = { issue: issue([], 'value is not a valid dict', 'type_error.dict') }
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) return notObject
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return notObject
    return { record: value as Record<string, unknown> }
  } catch {
    return { issue: issue([], 'Expecting value', 'value_error.jsondecode') }
  }
}

function judge(name: string, field: Field, value: unknown): Issue[] {
  if (value === undefined)
    return field.required ? [issue([name], 'field required', 'value_error.missing')] : []
  if (value === null) return [issue([name], 'none is not an allowed value', 'type_error.none.not_allowed')]
  if (field.kind === 'string') {
    return typeof value === 'string' ? [] : [issue([name], 'str type expected', 'type_error.str')]
  }
  if (field.kind === 'boolean') {
    return typeof value === 'boolean'
      ? []
      : [issue([name], 'value is not a valid boolean', 'type_error.bool')]
  }
  if (!Array.isArray(value)) return [issue([name], 'value is not a valid list', 'type_error.list')]
  return value.flatMap((entry, index) =>
    typeof entry === 'string' ? [] : [issue([name, index], 'str type expected', 'type_error.str')],
  )
}

function issue(path: (string | number)[], msg: string, type: string): Issue {
  return { loc: ['body', ...path], msg, type }
}

function toValues(record: Record<string, unknown>): Values {
  return {
    text: (name) => (typeof record[name] === 'string' ? record[name] : ''),
    flag: (name) => (typeof record[name] === 'boolean' ? record[name] : null),
    list: (name) => (Array.isArray(record[name]) ? (record[name] as string[]) : null),
    has: (name) => Object.hasOwn(record, name),
  }
}
