import { expect, test } from 'vitest'
import { findLockProblems } from './lockfile.mjs'

const integrity = 'sha512-x'

test('a complete lock has no problems', () => {
  const packages = {
    '': { optionalDependencies: { a: '1' } },
    'node_modules/a': { integrity, optionalDependencies: { b: '1', c: '1' } },
    'node_modules/a/node_modules/b': { integrity },
    'node_modules/c': { integrity },
  }
  expect(findLockProblems({ packages })).toEqual([])
})

test('an optional package that only another package has is missing', () => {
  const packages = {
    '': {},
    'node_modules/a': { integrity, optionalDependencies: { b: '1.2.3' } },
    'node_modules/z/node_modules/b': { integrity },
  }
  expect(findLockProblems({ packages })).toEqual([
    'node_modules/a names b@1.2.3, which is not in the lock file',
  ])
})

test('download addresses and missing hashes are named', () => {
  const packages = { '': {}, 'node_modules/a': { resolved: 'http://127.0.0.1/a.tgz' } }
  expect(findLockProblems({ packages })).toEqual([
    'node_modules/a has a download address',
    'node_modules/a has no integrity hash',
  ])
})
