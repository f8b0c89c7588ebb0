import 'server-only'
import { addBusinessHours } from '@/lib/business-calendar'
import { env } from '@/lib/env'

/** When a review that opens at `from` is due: business hours of India, with the operator's own days off. */
export function reviewDueAt(from: Date): Date {
  const { journey, review } = env().limits
  return addBusinessHours(from, journey.reviewBusinessHours, new Set(review.holidays))
}
