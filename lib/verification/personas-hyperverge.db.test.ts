import { testPersonas } from './personas.testing'

// A refusal shows as a consent that never arrives: vendors.db.test.ts.
await testPersonas('hyperverge', {
  name: 'HyperVerge',
  instead: {
    fails_on_exchange: { status: 'failed', reasons: ['vendor_failed'] },
    refuses: null,
    error_markup: null,
  },
})
