import { testPersonas } from './personas.testing'

await testPersonas('digilocker', { name: 'DigiLocker (direct)' })
