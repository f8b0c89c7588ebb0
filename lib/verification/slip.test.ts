import { describe, expect, it } from 'vitest'
import { isSlipOf } from './slip'

const TYPED = { name: 'Parikshan Kumar Namoona', birthDate: '1990-08-05' }

describe('a slip', () => {
  it.each([
    ['a letter', { name: 'Porikshan Kumar Namoona' }],
    ['a letter in two words', { name: 'Porikshan Kumar Namuona' }],
    ['two neighbours exchanged', { name: 'Parikhsan Kumar Namoona' }],
    ['a sound spelt otherwise', { name: 'Parixan Kumar Namuna' }],
    ['another order', { name: 'Namoona Parikshan Kumar' }],
    ['a word left out', { name: 'Parikshan Namoona' }],
    ['a word as an initial', { name: 'Parikshan K Namoona' }],
    ['a title', { name: 'Shri Parikshan Kumar Namoona' }],
    ['day and month exchanged', { birthDate: '1990-05-08' }],
    ['one digit of the date', { birthDate: '1991-08-05' }],
    ['both at once', { name: 'Porikshan Kumar Namoona', birthDate: '1990-08-06' }],
  ])('is %s', (_what, change) => {
    const corrected = { ...TYPED, ...change }
    expect(isSlipOf(TYPED, corrected)).toBe(true)
    expect(isSlipOf(corrected, TYPED)).toBe(true)
  })

  it.each([
    ['another name', { name: 'Kalpanik Udaharan' }],
    ['another word', { name: 'Kalpanik Kumar Namoona' }],
    ['a name with nothing but initials', { name: 'P K Namoona' }],
    ['an ending that makes it somebody else', { name: 'Parikshan Kumari Namoona' }],
    ['a letter and a word less', { name: 'Porikshan Namoona' }],
    ['one word of three', { name: 'Namoona' }],
    ['another script', { name: 'परीक्षण कुमार नमूना' }],
    ['no name', { name: '' }],
    ['another day', { birthDate: '1990-08-17' }],
    ['two digits', { birthDate: '1991-08-06' }],
    ['another year', { birthDate: '1985-08-05' }],
    ['a year alone', { birthDate: '1990' }],
  ])('is not %s', (_what, change) => {
    expect(isSlipOf(TYPED, { ...TYPED, ...change })).toBe(false)
  })
})
