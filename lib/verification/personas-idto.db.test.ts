import { testPersonas } from './personas.testing'

await testPersonas('idto', { name: 'IDTO' })
