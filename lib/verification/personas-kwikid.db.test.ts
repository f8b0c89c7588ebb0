import { testPersonas } from './personas.testing'

// The person is named beforehand and shared under the same name, so that each persona comes to its own end.
await testPersonas('kwikid', {
  name: 'KwikID',
  namesPerson: true,
  instead: {
    other_person: {
      status: 'awaiting_reviewer',
      reasons: ['birth_date_differs', 'name_differs', 'person_not_matched'],
    },
    one_letter: { status: 'awaiting_reviewer', reasons: ['name_unclear', 'person_not_matched'] },
    fails_on_exchange: { status: 'failed', reasons: ['vendor_failed'] },
  },
})
