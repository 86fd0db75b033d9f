/** Python module names: which texts are valid, and the name of a file's module. */

const MODULE = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u

/** Whether `python3 -m` accepts the text: names joined by dots. */
export function isModuleName(text: string): boolean {
  return MODULE.test(text)
}

/** `q_app/run.py` is `q_app.run`; `q_app/__main__.py` and `q_app/__init__.py` are `q_app`. */
export function moduleOf(path: string): string {
  const parts = path.replace(/\.py$/, '').split('/')
  const last = parts.at(-1)
  if ((last === '__main__' || last === '__init__') && parts.length > 1) parts.pop()
  return parts.join('.')
}
