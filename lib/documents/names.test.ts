import { describe, expect, it } from 'vitest'
import { namesAgreeExactly, normaliseName } from './names'

describe('normaliseName', () => {
  it.each([
    ['Parikshan Kumar Namoona', 'PARIKSHAN KUMAR NAMOONA'],
    ['  Shri  Parikshan-Kumar  Namoona ', 'PARIKSHAN KUMAR NAMOONA'],
    ['Late Dr. Parikshan Namoona', 'PARIKSHAN NAMOONA'],
    ['Kumari Kalpana Namoona', 'KALPANA NAMOONA'],
    ['Kumari', 'KUMARI'],
    ['Kalpana Kumari', 'KALPANA KUMARI'],
    ["D'Souza Namoona", 'D SOUZA NAMOONA'],
    ['Paríkshan Ñamoona', 'PARIKSHAN NAMOONA'],
    ['Parikshan Namoona S/O Kalpanik Namoona', 'PARIKSHAN NAMOONA'],
    ['Kalpana Namoona w / o Parikshan', 'KALPANA NAMOONA'],
    ['Parikshan (D/O Koi)', 'PARIKSHAN'],
    ['ＰＡＲＩＫＳＨＡＮ', 'PARIKSHAN'],
    ['...', ''],
    ['', ''],
  ])('%j becomes %j', (name, expected) => {
    expect(normaliseName(name)).toBe(expected)
  })
})

describe('namesAgreeExactly', () => {
  it.each([
    ['Parikshan Kumar Namoona', 'PARIKSHAN KUMAR NAMOONA', true],
    ['Parikshan Kumar Namoona', 'NAMOONA PARIKSHAN KUMAR', true],
    ['Parikshan Kumar Namoona', 'Shri Parikshan Kumar Namoona', true],
    ['Parikshan Kumar Namoona', 'Parikshan Namoona', false],
    ['Parikshan Kumar Namoona', 'PARIKSHAN K NAMOONA', false],
    ['Parikshan Kumar Namoona', 'PARIXAN KUMAR NAMUNA', false],
    ['Parikshan Kumar Namoona', 'P K NAMOONA', false],
    ['Parikshan Kumar Namoona', 'PARIKSHANA KUMARI NAMOONA', false],
    ['Parikshan Kumar Namoona', 'KOI AUR KALPANIK', false],
    ['', '', false],
    ['', 'anything', false],
  ])('%j and %j: %s', (a, b, expected) => {
    expect(namesAgreeExactly(a, b)).toBe(expected)
  })
})
