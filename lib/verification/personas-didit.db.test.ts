import { testPersonas } from './personas.testing'

const declined = { status: 'resubmission_requested', reasons: ['declined_by_vendor'] } as const
const approved = { status: 'approved', reasons: ['all_checks_passed'] } as const

// One photographed document: what differs between several documents means nothing here. Who gives up is not sent back.
await testPersonas('didit', {
  name: 'Didit',
  items: ['photo_document'],
  instead: {
    licence_expired: declined,
    other_person: declined,
    error_markup: declined,
    duplicate_person: { status: 'awaiting_reviewer', reasons: ['duplicate_person'] },
    name_differs: null,
    one_letter: null,
    year_only: null,
    pan_missing: approved,
    empty_share: { status: 'failed', reasons: ['session_ended'] },
    fails_on_exchange: { status: 'failed', reasons: ['vendor_failed'] },
    refuses: null,
    tampered: { status: 'rejected', reasons: ['declined_for_good'] },
    unsigned: null,
  } as const,
})
