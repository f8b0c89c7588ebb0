import { testPersonas } from './personas.testing'

await testPersonas('deepvue', { name: 'Deepvue' })
